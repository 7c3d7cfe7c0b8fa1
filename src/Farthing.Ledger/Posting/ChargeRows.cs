using Farthing.Ledger.Money;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of the table of charges, and how they turn into facts and back.</summary>
internal sealed class ChargeRows(SqliteTransaction transaction) : IDisposable
{
    private readonly ReusedCommand _insert = new(
        transaction,
        """
        INSERT INTO charges (id, at, run_id, render_id, attempt, stage, resource, meter, quantity, device_us, lease_id,
            batch_id, split_method, weight, tags, estimated, seq, precision)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (id) DO NOTHING
        """,
        18);

    /// <summary>The columns that <see cref="Fact"/> reads, of <c>charges AS c</c>.</summary>
    public const string Columns =
        "c.id, c.at, c.run_id, c.render_id, c.attempt, c.stage, c.resource, c.meter, c.quantity, c.device_us, c.lease_id, c.batch_id, "
        + "c.split_method, c.weight, c.tags, c.estimated, c.precision";

    private readonly ReusedCommand _find = new(transaction, $"SELECT {Columns} FROM charges AS c WHERE c.id = $1", 1);

    private readonly ReusedCommand _last = new(transaction, "SELECT coalesce(max(seq), 0) FROM charges", 0);
    private long _lastSeq;

    /// <summary>Numbers go on from the last committed one; the write lock keeps others from taking them.</summary>
    public void Enter(SqliteTransaction next)
    {
        _insert.Enter(next);
        _find.Enter(next);
        _last.Enter(next);
        _lastSeq = _last.Number()!.Value;
    }

    /// <summary>Adds a row; null when its id is there already.</summary>
    public long? Insert(UsageFact fact)
    {
        _insert.Set(1, fact.Id);
        _insert.Set(2, EventTime.ToMicroseconds(fact.At));
        _insert.Set(3, fact.RunId);
        _insert.Set(4, fact.RenderId);
        _insert.Set(5, (long)fact.Attempt);
        _insert.Set(6, fact.Stage.Code());
        _insert.Set(7, fact.Resource);
        _insert.Set(8, fact.Meter);
        _insert.Set(9, fact.Quantity);
        _insert.Set(10, fact.DeviceTime?.Microseconds);
        _insert.Set(11, fact.LeaseId);
        _insert.Set(12, fact.BatchId);
        _insert.Set(13, fact.SplitMethod);
        _insert.Set(14, fact.Weight);
        _insert.Set(15, fact.Tags.Text);
        _insert.Set(16, fact.Estimated ? 1L : 0L);
        _insert.Set(17, _lastSeq + 1);
        _insert.Set(18, fact.Precision);
        return _insert.Execute() == 1 ? ++_lastSeq : null;
    }

    /// <summary>The stored fact; null when there is none of this id.</summary>
    public UsageFact? Find(string id)
    {
        _find.Set(1, id);
        using var row = _find.Read();
        return row.Read() ? Fact(row) : null;
    }

    /// <summary>The fact of a row that begins with <see cref="Columns"/>.</summary>
    public static UsageFact Fact(SqliteDataReader row)
    {
        _ = StageNames.TryParse(row.GetString(5), out var stage);
        return new UsageFact
        {
            Id = row.GetString(0),
            At = EventTime.FromMicroseconds(row.GetInt64(1)),
            RunId = row.GetString(2),
            RenderId = Text(row, 3),
            Attempt = row.GetInt32(4),
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

    public void Dispose()
    {
        _insert.Dispose();
        _find.Dispose();
        _last.Dispose();
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
