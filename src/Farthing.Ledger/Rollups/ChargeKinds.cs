using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>
/// The numbers of kinds, which are given once and for ever. What a transaction adds is remembered beyond it only when it commits; the
/// store's write lock guards all of it.
/// </summary>
internal sealed class ChargeKinds
{
    // Forgetting all costs a question a kind; a fleet's kinds of some days fit.
    private const int MostKept = 50_000;

    private readonly Dictionary<ChargeKind, long> _kept = [];
    private readonly Dictionary<ChargeKind, long> _new = [];

    /// <summary>The number of a kind, given now where it has none.</summary>
    public long Number(LedgerTransaction transaction, ChargeKind kind)
    {
        if (_kept.TryGetValue(kind, out var known) || _new.TryGetValue(kind, out known))
        {
            return known;
        }

        return _new[kind] = Find(transaction, kind) ?? Add(transaction, kind);
    }

    /// <summary>The transaction was committed.</summary>
    public void Keep()
    {
        if (_kept.Count + _new.Count > MostKept)
        {
            _kept.Clear();
        }

        foreach (var (kind, number) in _new)
        {
            _kept[kind] = number;
        }

        _new.Clear();
    }

    /// <summary>The transaction was rolled back.</summary>
    public void Forget() => _new.Clear();

    private static long? Find(LedgerTransaction transaction, ChargeKind kind) => transaction.Scalar<long?>(
        """
        SELECT seq FROM charge_kinds
        WHERE run_id = @RunId AND stage = @Stage AND meter = @Meter AND resource = @Resource AND tags = @Tags AND precision = @Precision
            AND estimated = @Estimated AND lease_id IS NOT DISTINCT FROM @LeaseId AND split_method IS NOT DISTINCT FROM @SplitMethod
        """,
        kind);

    private static long Add(LedgerTransaction transaction, ChargeKind kind)
    {
        transaction.Execute(
            """
            INSERT INTO charge_kinds (seq, run_id, stage, resource, meter, lease_id, split_method, tags, precision, estimated)
            SELECT coalesce(max(seq), 0) + 1, @RunId, @Stage, @Resource, @Meter, @LeaseId, @SplitMethod, @Tags, @Precision, @Estimated FROM charge_kinds
            """,
            kind);
        return transaction.Scalar<long>("SELECT max(seq) FROM charge_kinds");
    }
}
