using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of the table of memos.</summary>
internal sealed class MemoRows : IDisposable
{
    private readonly ReusedCommand _find = new(
        """
        SELECT id, at, run_id, render_id, attempt, kind, stage, resource, meter, quantity, evidence, tags, times
        FROM memos WHERE id = @id
        """);

    private LedgerTransaction? _transaction;

    public void Enter(LedgerTransaction transaction)
    {
        _transaction = transaction;
        _find.Enter(transaction);
    }

    /// <summary>Adds a row; false when its id is there already.</summary>
    public bool Insert(SavingsMemo memo, Amount? amount, long? priceVersion) => _transaction!.Insert(
        LedgerTables.Memos,
        memo.Id,
        EventTime.ToMicroseconds(memo.At),
        memo.RunId,
        memo.RenderId,
        (long)memo.Attempt,
        memo.Kind.Code(),
        memo.Stage.Code(),
        memo.Resource,
        memo.Meter,
        memo.Quantity,
        memo.Evidence,
        amount?.Units,
        priceVersion,
        memo.Tags == TagSet.None ? null : memo.Tags.Text,
        memo.Times == 1 ? null : memo.Times) is not null;

    /// <summary>The stored memo; null when there is none of this id.</summary>
    public SavingsMemo? Find(string id)
    {
        using var row = _find.Read(id);
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
            Attempt = (int)row.GetInt64(4),
            Kind = kind,
            Stage = stage,
            Resource = row.GetString(7),
            Meter = row.GetString(8),
            Quantity = row.GetInt64(9),
            Evidence = row.GetString(10),
            Tags = row.IsDBNull(11) ? TagSet.None : TagSet.Parse(row.GetString(11)),
            Times = row.IsDBNull(12) ? 1 : row.GetInt64(12),
        };
    }

    public void Dispose() => _find.Dispose();
}
