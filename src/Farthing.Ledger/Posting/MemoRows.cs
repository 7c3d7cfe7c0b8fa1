using Farthing.Ledger.Money;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of the table of memos.</summary>
internal sealed class MemoRows(SqliteTransaction transaction) : IDisposable
{
    private readonly ReusedCommand _insert = new(
        transaction,
        """
        INSERT INTO memos (id, at, run_id, render_id, attempt, kind, stage, resource, meter, quantity, evidence, amount, price_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (id) DO NOTHING
        """,
        13);

    private readonly ReusedCommand _find = new(
        transaction,
        """
        SELECT id, at, run_id, render_id, attempt, kind, stage, resource, meter, quantity, evidence
        FROM memos WHERE id = $1
        """,
        1);

    public void Enter(SqliteTransaction next)
    {
        _insert.Enter(next);
        _find.Enter(next);
    }

    /// <summary>Adds a row; false when its id is there already.</summary>
    public bool Insert(SavingsMemo memo, Amount? amount, long? priceVersion)
    {
        _insert.Set(1, memo.Id);
        _insert.Set(2, EventTime.ToMicroseconds(memo.At));
        _insert.Set(3, memo.RunId);
        _insert.Set(4, memo.RenderId);
        _insert.Set(5, (long)memo.Attempt);
        _insert.Set(6, memo.Kind.Code());
        _insert.Set(7, memo.Stage.Code());
        _insert.Set(8, memo.Resource);
        _insert.Set(9, memo.Meter);
        _insert.Set(10, memo.Quantity);
        _insert.Set(11, memo.Evidence);
        _insert.Set(12, amount?.Units);
        _insert.Set(13, priceVersion);
        return _insert.Execute() == 1;
    }

    /// <summary>The stored memo; null when there is none of this id.</summary>
    public SavingsMemo? Find(string id)
    {
        _find.Set(1, id);
        using var row = _find.Read();
        if (!row.Read())
        {
            return null;
        }

        _ = SavingsKindNames.TryParse(row.GetString(5), out var kind);
        _ = StageNames.TryParse(row.GetString(6), out var stage);
        return new SavingsMemo
        {
            Id = row.GetString(0),
            At = EventTime.FromMicroseconds(row.GetInt64(1)),
            RunId = row.GetString(2),
            RenderId = row.IsDBNull(3) ? null : row.GetString(3),
            Attempt = row.GetInt32(4),
            Kind = kind,
            Stage = stage,
            Resource = row.GetString(7),
            Meter = row.GetString(8),
            Quantity = row.GetInt64(9),
            Evidence = row.GetString(10),
        };
    }

    public void Dispose()
    {
        _insert.Dispose();
        _find.Dispose();
    }
}
