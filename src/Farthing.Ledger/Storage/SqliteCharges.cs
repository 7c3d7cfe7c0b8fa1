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
    private readonly SqliteStatement _find = new(connection, "SELECT id FROM charges WHERE key = ?1");
    private readonly SqliteStatement _insert = new(
        connection,
        """
        INSERT INTO charge_rows (seq, id, key, at, kind, render_id, attempt, quantity, device_us, batch_id, weight, link, chk)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """);

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
        _insert.Run(row[0], isDerived ? null : id, key, row[2], kind, row[4], row[5], row[9], row[10], row[12], row[14], row[18], row[19]);
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
        _find.Dispose();
        _insert.Dispose();
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

        return _ids[key] = _find.ReadAll(static row => raw.sqlite3_column_text(row, 0).utf8_to_string(), key) ?? None;
    }
}
