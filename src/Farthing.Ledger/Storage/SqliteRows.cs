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
    private readonly SqliteAttempts _attempts = new();
    private readonly Dictionary<LedgerTable, sqlite3_stmt> _inserts = [];

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

    public void Dispose()
    {
        foreach (var insert in _inserts.Values)
        {
            insert.Dispose();
        }

        _inserts.Clear();
        _charges.Dispose();
    }

    private bool TryInsertPlain(LedgerTable table, object?[] row)
    {
        var insert = Prepared(table);
        for (var i = 0; i < row.Length; i++)
        {
            Check(row[i] switch
            {
                null => raw.sqlite3_bind_null(insert, i + 1),
                long number => raw.sqlite3_bind_int64(insert, i + 1, number),
                string text => raw.sqlite3_bind_text(insert, i + 1, text),
                var other => throw new ArgumentException($"A row holds whole numbers and text, not {other.GetType().Name}.", nameof(row)),
            });
        }

        // A statement that failed says so again when it is reset, so the step's own answer is the one to look at.
        var done = raw.sqlite3_step(insert);
        var added = raw.sqlite3_changes(connection.Handle);
        var again = raw.sqlite3_reset(insert);
        Check(done == raw.SQLITE_DONE ? again : done);
        return added == 1;
    }

    private sqlite3_stmt Prepared(LedgerTable table)
    {
        if (_inserts.TryGetValue(table, out var known))
        {
            return known;
        }

        var places = string.Join(", ", Enumerable.Range(1, table.Columns.Length + 2).Select(static i => "?" + i));
        Check(raw.sqlite3_prepare_v2(
            connection.Handle,
            $"INSERT INTO {table.Name} ({table.AllNames}) VALUES ({places}) ON CONFLICT ({string.Join(", ", table.Key)}) DO NOTHING",
            out var insert));
        return _inserts[table] = insert;
    }

    private void Check(int answer) => SqliteException.ThrowExceptionForRC(answer, connection.Handle);
}
