using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>
/// Finds what counts now in the place of what a re-rating made. Later re-ratings may have replaced it and been undone since: then another charge stands there,
/// at the same price.
/// </summary>
internal sealed class StandingCharges(LedgerTransaction transaction, long rerating)
{
    private readonly Dictionary<long, long> _undone = RerateRows.Undone(transaction);

    /// <summary>The charge in the place of one that the re-rating made.</summary>
    /// <exception cref="LedgerException">A later re-rating that is not undone changed it.</exception>
    public RatedCharge Of(RatedCharge made)
    {
        // Each undo takes away the last one that still counts; what is left at the end was built on the charge.
        var built = new Stack<long>();
        var charge = made.Seq;
        for (var last = rerating; RerateRows.Next(transaction, charge, last) is var (next, now); (last, charge) = (next, now))
        {
            if (built.TryPeek(out var top) && _undone.GetValueOrDefault(next) == top)
            {
                built.Pop();
            }
            else
            {
                built.Push(next);
            }
        }

        return built.TryPeek(out var later)
            ? throw new LedgerException(
                LedgerFault.Conflict, $"The re-rating {later} changed what the re-rating {rerating} made ('{made.Fact.Id}'). Undo that one first: `farthing prices rerate --undo {later} --apply`.")
            : charge == made.Seq ? made : RerateRows.One(transaction, charge);
    }
}
