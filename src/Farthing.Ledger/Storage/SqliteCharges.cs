using System.Globalization;
using Farthing.Ledger.Rollups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farthing.Ledger.Storage;

/// <summary>
/// Writes charges as SQLite keeps them: what many charges share is one number, and an id that follows from the rest
/// (<c>run/render/attempt/stage/batch</c>, or the meter where there is no batch) is not kept. The view <c>charges</c> gives back what was posted.
/// </summary>
internal sealed class SqliteCharges(SqliteConnection connection, ChargeKinds kinds) : IDisposable
{
    private const int MostRemembered = 200_000;

    private static readonly List<string> None = [];
    private readonly Dictionary<long, List<string>> _ids = [];
    private sqlite3_stmt? _find;
    private sqlite3_stmt? _insert;
    private LedgerTransaction? _transaction;

    /// <summary>Begins a transaction: what another process wrote since may be there.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _transaction = transaction;
        _ids.Clear();
    }

    /// <summary>Adds a row of the table of charges as the chain knows it; false when its id is there already.</summary>
    public bool TryInsert(object?[] row)
    {
        var id = (string)row[1]!;
        var (whole, ofRender) = (ChargeKey.Of(id), ChargeKey.OfRender(id));
        if (Ids(whole).Contains(id) || (ofRender is { } shared && Ids(shared).Contains(id)))
        {
            return false;
        }

        Add(row, isRemembered: true);
        return true;
    }

    /// <summary>Adds a row whose id is known to be new.</summary>
    public void Add(object?[] row, bool isRemembered)
    {
        var id = (string)row[1]!;
        var isDerived = id == Derived(row);
        var key = isDerived ? ChargeKey.OfRender(id)!.Value : ChargeKey.Of(id);
        var kind = kinds.Number(
            _transaction!,
            new ChargeKind((string)row[3]!, (string)row[6]!, (string)row[7]!, (string)row[8]!, (string?)row[11], (string?)row[13], (string)row[15]!, (string)row[17]!, (long)row[16]!));
        Run(row, isDerived ? null : id, key, kind);
        if (isRemembered)
        {
            var ids = Ids(key);
            if (ReferenceEquals(ids, None))
            {
                _ids[key] = ids = new List<string>(1);
            }

            ids.Add(id);
        }
    }

    public void Dispose()
    {
        _find?.Dispose();
        _insert?.Dispose();
    }

    private static string? Derived(object?[] row) =>
        row[4] is string render && !render.Contains('/', StringComparison.Ordinal) && !((string)row[3]!).Contains('/', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{row[3]}/{render}/{(long)row[5]!}/{row[6]}/{row[12] ?? row[8]}")
            : null;

    /// <summary>The ids of one key: asked for once a transaction, then kept up.</summary>
    private List<string> Ids(long key)
    {
        if (_ids.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_ids.Count > MostRemembered)
        {
            _ids.Clear();
        }

        _find ??= Prepare("SELECT id FROM charges WHERE key = ?1");
        Check(raw.sqlite3_bind_int64(_find, 1, key));
        var found = None;
        int step;
        while ((step = raw.sqlite3_step(_find)) == raw.SQLITE_ROW)
        {
            found = ReferenceEquals(found, None) ? [] : found;
            found.Add(raw.sqlite3_column_text(_find, 0).utf8_to_string());
        }

        var again = raw.sqlite3_reset(_find);
        Check(step == raw.SQLITE_DONE ? again : step);
        return _ids[key] = found;
    }

    private void Run(object?[] row, string? id, long key, long kind)
    {
        _insert ??= Prepare("INSERT INTO charge_rows (seq, id, key, at, kind, render_id, attempt, quantity, device_us, batch_id, weight, link, chk) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
        ReadOnlySpan<object?> values = [row[0], id, key, row[2], kind, row[4], row[5], row[9], row[10], row[12], row[14], row[18], row[19]];
        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i] switch
            {
                null => raw.sqlite3_bind_null(_insert, i + 1),
                long number => raw.sqlite3_bind_int64(_insert, i + 1, number),
                var text => raw.sqlite3_bind_text(_insert, i + 1, (string)text),
            });
        }

        var done = raw.sqlite3_step(_insert);
        var again = raw.sqlite3_reset(_insert);
        Check(done == raw.SQLITE_DONE ? again : done);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement));
        return statement;
    }

    private void Check(int answer) => SqliteException.ThrowExceptionForRC(answer, connection.Handle);
}
