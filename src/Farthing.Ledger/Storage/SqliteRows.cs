using Farthing.Ledger.Chain;
using Farthing.Ledger.Rollups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farthing.Ledger.Storage;

/// <summary>
/// Inserts rows with statements that are prepared once for a connection, on SQLite's own interface: a row costs a third of what it
/// does by way of commands and parameters. The store's write lock guards it.
/// </summary>
internal sealed class SqliteRows(SqliteConnection connection, ChargeKinds kinds) : IRowWriter, IDisposable
{
    private readonly SqliteCharges _charges = new(connection, kinds);
    private readonly SqliteAttempts _attempts = new(connection);
    private readonly Dictionary<LedgerTable, SqliteStatement> _inserts = [];
    private readonly Dictionary<PreparedSql, SqliteStatement> _statements = [];

    public bool IsFasterInBulk => false;

    /// <summary>How charges are written.</summary>
    public SqliteCharges Charges => _charges;

    /// <summary>Begins a transaction.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _charges.Enter(transaction);
        _attempts.Enter(transaction);
    }

    public bool TryInsert(LedgerTable table, object?[] row)
    {
        return table == LedgerTables.Charges ? _charges.TryInsert(row)
            : table == LedgerTables.Attempts ? _attempts.TryStart(row)
            : table == LedgerTables.AttemptOutcomes ? _attempts.TryEnd(row)
            : TryInsertPlain(table, row);
    }

    public bool[] Known(LedgerTable table, IReadOnlyList<object?[]> rows) => throw new NotSupportedException();

    public void InsertNew(LedgerTable table, IReadOnlyList<object?[]> rows) => throw new NotSupportedException();

    public int Run(PreparedSql sql, ReadOnlySpan<object?> values) => Statement(sql).Run(values);

    public object?[]? First(PreparedSql sql, ReadOnlySpan<object?> values) => Statement(sql).TryRead(Values, out var row, values) ? row : null;

    public void Dispose()
    {
        foreach (var statement in _inserts.Values.Concat(_statements.Values))
        {
            statement.Dispose();
        }

        _inserts.Clear();
        _statements.Clear();
        _charges.Dispose();
        _attempts.Dispose();
    }

    private SqliteStatement Statement(PreparedSql sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements[sql] = statement = new SqliteStatement(connection, sql.Text);
        }

        return statement;
    }

    private static object?[] Values(sqlite3_stmt row)
    {
        var values = new object?[raw.sqlite3_column_count(row)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = raw.sqlite3_column_type(row, i) switch
            {
                raw.SQLITE_NULL => null,
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(row, i),
                _ => raw.sqlite3_column_text(row, i).utf8_to_string(),
            };
        }

        return values;
    }

    private bool TryInsertPlain(LedgerTable table, object?[] row)
    {
        if (!_inserts.TryGetValue(table, out var insert))
        {
            var places = string.Join(", ", Enumerable.Range(1, table.Columns.Length + 2).Select(static i => "?" + i));
            _inserts[table] = insert = new SqliteStatement(
                connection, $"INSERT INTO {table.Name} ({table.AllNames}) VALUES ({places}) ON CONFLICT ({string.Join(", ", table.Key)}) DO NOTHING");
        }

        return insert.Run(row) == 1;
    }
}
