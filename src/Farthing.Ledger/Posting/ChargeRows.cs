using System.Data.Common;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of the table of charges, and how they turn into facts and back.</summary>
internal sealed class ChargeRows : IDisposable
{
    /// <summary>The columns that <see cref="Fact"/> reads, of <c>charges AS c</c>.</summary>
    public const string Columns =
        "c.id, c.at, c.run_id, c.render_id, c.attempt, c.stage, c.resource, c.meter, c.quantity, c.device_us, c.lease_id, c.batch_id, "
        + "c.split_method, c.weight, c.tags, c.estimated, c.precision";

    private const string ByKey = $"SELECT {Columns} FROM charges AS c WHERE c.key IN (@key, @ofRender) AND c.id = @id";

    /// <summary>
    /// A condition for SQLite that finds the rows of <c>charges AS c</c> of the render that a row of another table names: by its key where the
    /// charge's id follows from the render, else by the render.
    /// </summary>
    public static string OfRender(string table) =>
        $" AND c.seq IN (SELECT r.seq FROM charge_rows AS r WHERE r.key = charge_key({table}.run_id, {table}.render_id) AND r.id IS NULL "
        + $"UNION ALL SELECT r.seq FROM charge_rows AS r WHERE r.render_id = {table}.render_id AND r.id IS NOT NULL AND r.render_id IS NOT NULL)";

    private readonly ReusedCommand _find = new($"SELECT {Columns} FROM charge_keys AS q JOIN charges AS c ON c.seq = q.seq AND c.id = q.id WHERE q.id = @id");

    private LedgerTransaction? _transaction;

    public void Enter(LedgerTransaction transaction)
    {
        _transaction = transaction;
        _find.Enter(transaction);
    }

    /// <summary>Adds rows; a number for each, null where its id is there already.</summary>
    public long?[] Insert(IReadOnlyList<UsageFact> facts) => _transaction!.Insert(LedgerTables.Charges, [.. facts.Select(Values)]);

    /// <summary>The stored fact; null when there is none of this id.</summary>
    public UsageFact? Find(string id)
    {
        if (!_transaction!.IsSqlite)
        {
            using var row = _find.Read(id);
            return row.Read() ? Fact(row) : null;
        }

        var key = ChargeKey.Of(id);
        using var command = _transaction.CreateCommand();
        command.CommandText = ByKey;
        command.Add("@id", id);
        command.Add("@key", key);
        command.Add("@ofRender", ChargeKey.OfRender(id) ?? key);
        using var found = command.ExecuteReader();
        return found.Read() ? Fact(found) : null;
    }

    /// <summary>The fact of a row that begins with <see cref="Columns"/>.</summary>
    public static UsageFact Fact(DbDataReader row)
    {
        _ = StageNames.TryParse(row.GetString(5), out var stage);
        return new UsageFact
        {
            Id = row.GetString(0),
            At = EventTime.FromMicroseconds(row.GetInt64(1)),
            RunId = row.GetString(2),
            RenderId = Text(row, 3),
            Attempt = (int)row.GetInt64(4),
            Stage = stage,
            Resource = row.GetString(6),
            Meter = row.GetString(7),
            Quantity = row.GetInt64(8),
            DeviceTime = row.IsDBNull(9) ? null : new DeviceTime(row.GetInt64(9)),
            LeaseId = Text(row, 10),
            BatchId = Text(row, 11),
            SplitMethod = Text(row, 12),
            Weight = row.IsDBNull(13) ? null : row.GetInt64(13),
            Tags = TagSet.Parse(row.GetString(14)),
            Estimated = row.GetInt64(15) != 0,
            Precision = row.GetString(16),
        };
    }

    public void Dispose() => _find.Dispose();

    private static object?[] Values(UsageFact fact) =>
    [
        fact.Id,
        EventTime.ToMicroseconds(fact.At),
        fact.RunId,
        fact.RenderId,
        (long)fact.Attempt,
        fact.Stage.Code(),
        fact.Resource,
        fact.Meter,
        fact.Quantity,
        fact.DeviceTime?.Microseconds,
        fact.LeaseId,
        fact.BatchId,
        fact.SplitMethod,
        fact.Weight,
        fact.Tags.Text,
        fact.Estimated ? 1L : 0L,
        fact.Precision,
    ];

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
