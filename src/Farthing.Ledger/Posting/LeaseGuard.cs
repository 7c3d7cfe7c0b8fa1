using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>Holds the facts of one call against their leases, each of which is looked up once.</summary>
internal sealed class LeaseGuard(LedgerTransaction transaction, ChargePoster poster)
{
    private readonly Dictionary<string, (Lease Lease, Settlement? Settlement)> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);

    /// <summary>The reaped leases that got a new charge.</summary>
    public IEnumerable<(Lease Lease, Settlement Settlement)> Reaped => _touched
        .Order(StringComparer.Ordinal)
        .Select(id => _leases[id])
        .Where(static state => state.Settlement is not null)
        .Select(static state => (state.Lease, state.Settlement!));

    public void Touch(UsageFact fact)
    {
        if (fact.LeaseId is { } id)
        {
            _touched.Add(id);
        }
    }

    public void Check(UsageFact fact)
    {
        if (fact.Fault() is { } fault)
        {
            throw Refuse(fact, fault);
        }

        if (fact is not { LeaseId: { } id, DeviceTime: { } time })
        {
            return;
        }

        if (!_leases.TryGetValue(id, out var state))
        {
            state = (LeaseRows.Get(transaction, id), LeaseRows.LastSettlement(transaction, id));
            _leases.Add(id, state);
        }

        var (lease, settlement) = state;
        if (fact.Resource != lease.Resource || (Int128)time.Microseconds * lease.Cores != fact.Quantity)
        {
            throw Refuse(
                fact,
                $"the lease '{id}' is of {lease.Resource} with {lease.Cores} core(s), so {time} are {(Int128)time.Microseconds * lease.Cores} "
                    + $"core-microseconds of it and not {fact.Quantity} of {fact.Resource}");
        }

        // A repeat of what was posted before the close is harmless; only new time has no place left.
        if (settlement is { IsFinal: true } && poster.Find(fact.Id) is null)
        {
            throw Refuse(fact, $"the lease '{id}' is closed and all of its {settlement.Elapsed} are explained");
        }
    }

    private static LedgerException Refuse(UsageFact fact, string fault) =>
        new(LedgerFault.Invalid, $"The usage '{fact.Id}' can't be posted: {fault}.");
}
