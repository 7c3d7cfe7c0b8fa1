using System.Data.Common;
using Dapper;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Rollups;

namespace Farthing.Ledger.Storage;

/// <summary>
/// A transaction of a store, for SQL that both kinds of store understand: parameters are written <c>@name</c>. Rows of the ledger
/// itself go through <see cref="Insert(LedgerTable, object?[])"/>, which chains them.
/// </summary>
public sealed class LedgerTransaction
{
    private readonly DbTransaction? _transaction;
    private readonly IRowWriter? _writer;
    private readonly ChargeKinds? _kinds;
    private RollupChanges? _rollups;
    private RenderNumbers? _renders;
    private TagNumbers? _tags;
    private ChainedRows? _rows;

    internal LedgerTransaction(DbConnection connection, DbTransaction? transaction, IRowWriter? writer, ChargeKinds? kinds) =>
        (Connection, _transaction, _writer, _kinds) = (connection, transaction, writer, kinds);

    internal DbConnection Connection { get; }

    /// <summary>Whether the store is SQLite, whose charges are compact rows that are found by their render or by <see cref="ChargeKey"/>.</summary>
    public bool IsSqlite => Connection is Microsoft.Data.Sqlite.SqliteConnection;

    /// <summary>The numbers of kinds.</summary>
    internal ChargeKinds Kinds => _kinds ?? throw new InvalidOperationException("A reading transaction writes nothing.");

    /// <summary>What is added to the rollups with the transaction's end.</summary>
    internal RollupChanges Rollups => _rollups ??= new RollupChanges(this, Kinds);

    /// <summary>The numbers of renders.</summary>
    internal RenderNumbers Renders => _renders ??= new RenderNumbers(this);

    /// <summary>The numbers of sets of tags.</summary>
    internal TagNumbers Tags => _tags ??= new TagNumbers(this);

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it touched.</returns>
    public int Execute(string sql, object? values = null) => Connection.Execute(sql, values, _transaction);

    /// <summary>Runs a statement that many rows share; values are whole numbers (<see cref="long"/>), text, and null.</summary>
    /// <returns>How many rows it touched.</returns>
    public int Run(PreparedSql sql, params ReadOnlySpan<object?> values) => Writer.Run(sql, values);

    /// <summary>Reads all rows of a query.</summary>
    public IEnumerable<T> Query<T>(string sql, object? values = null) => Connection.Query<T>(sql, values, _transaction);

    /// <summary>The one row of a query.</summary>
    public T QuerySingle<T>(string sql, object? values = null) => Connection.QuerySingle<T>(sql, values, _transaction);

    /// <summary>The first column of the first row.</summary>
    public T? Scalar<T>(string sql, object? values = null) => Connection.ExecuteScalar<T>(sql, values, _transaction);

    /// <summary>A command of this transaction, to be disposed of.</summary>
    public DbCommand CreateCommand()
    {
        var command = Connection.CreateCommand();
        command.Transaction = _transaction;

        if (!IsSqlite)
        {
            // A report over a large ledger takes its time; what waits for another process has a limit of its own, as SQLite's commands have.
            command.CommandTimeout = 0;
        }

        return command;
    }

    /// <summary>Ties a command of this connection to this transaction.</summary>
    internal void Adopt(DbCommand command) => command.Transaction = _transaction;

    /// <summary>The first row of a shared statement, of whole numbers, text and nulls; null when there is none.</summary>
    internal object?[]? First(PreparedSql sql, params ReadOnlySpan<object?> values) => Writer.First(sql, values);

    /// <summary>Adds a row of the ledger: its values in the order of the table's columns, without the number.</summary>
    /// <returns>The number of a numbered row, 1 of another; null when a row of this key is there already.</returns>
    internal long? Insert(LedgerTable table, params object?[] values) => Rows.Insert(table, values);

    /// <summary>Adds many rows, as <see cref="Insert(LedgerTable, object?[])"/> does one.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="areNew">Whether the caller knows that none of their keys is there, so that nobody need ask.</param>
    internal long?[] Insert(LedgerTable table, IReadOnlyList<object?[]> rows, bool areNew = false) => Rows.Insert(table, rows, areNew);

    /// <summary>Writes what goes with the transaction's end: the rollups, and the link of the chain.</summary>
    internal void Seal()
    {
        _rollups?.Flush();
        _rows?.Seal();
    }

    private IRowWriter Writer => _writer ?? throw new InvalidOperationException("A reading transaction writes nothing.");

    private ChainedRows Rows => _rows ??= new ChainedRows(this, Writer);
}

/// <summary>How values are given to a command of either kind of store.</summary>
internal static class CommandValues
{
    public static void Add(this DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
        command.Parameters.Add(parameter);
    }
}
