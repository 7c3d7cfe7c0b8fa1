using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>A statement that is prepared once for a connection and run with new values each time.</summary>
internal sealed class ReusedCommand : IDisposable
{
    private readonly SqliteCommand _command;

    /// <summary>Prepares a statement with the parameters <c>$1</c>, <c>$2</c>, ….</summary>
    public ReusedCommand(SqliteTransaction transaction, string sql, int parameters)
    {
        _command = transaction.Connection!.CreateCommand();
        _command.CommandText = sql;
        _command.Transaction = transaction;
        for (var i = 1; i <= parameters; i++)
        {
            _command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
        }

        _command.Prepare();
    }

    public void Enter(SqliteTransaction transaction) => _command.Transaction = transaction;

    public void Set(int parameter, object? value) => _command.Parameters[parameter - 1].Value = value ?? DBNull.Value;

    public int Execute() => _command.ExecuteNonQuery();

    /// <summary>The first column of the first row; null when there is no row.</summary>
    public long? Number() => _command.ExecuteScalar() is long value ? value : null;

    public SqliteDataReader Read() => _command.ExecuteReader();

    public void Dispose() => _command.Dispose();
}
