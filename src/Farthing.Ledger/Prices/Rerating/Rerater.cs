using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>
/// Prices again what was posted: where a charge would get another price now, a reversal and a replacement are posted at the charge's
/// own time, both linked to it; a charge without a price gets one. What is done again changes nothing, and every re-rating can be
/// undone to the last unit.
/// </summary>
public sealed class Rerater(LedgerStore file, PriceBook book, TimeProvider time)
{
    /// <summary>Re-rates the charges from one instant up to another.</summary>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The first instant that is left as it is.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="apply">Whether to keep it; else it is tried and rolled back, so that the figures are those it would give.</param>
    /// <exception cref="LedgerException">Part of the time is closed; nothing was kept.</exception>
    public RerateSummary Run(DateTimeOffset from, DateTimeOffset to, string reason, bool apply) => Write(apply, transaction =>
    {
        RefuseClosed(transaction, from);
        using var work = new Corrections(transaction, book);
        foreach (var charge in RerateRows.Current(transaction, from, to))
        {
            Rate(work, charge, () => RerateRows.Add(transaction, time.GetUtcNow(), from, to, null, reason));
        }

        return work.Finish();
    });

    /// <summary>Undoes a re-rating: what it changed costs again what it cost before.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="apply">Whether to keep it.</param>
    /// <exception cref="LedgerException">
    /// There is no such re-rating, it is undone already, a later one changed the same charges, or its time is closed.
    /// </exception>
    public RerateSummary Undo(long number, string reason, bool apply) => Write(apply, transaction =>
    {
        var (from, to, undoneBy) = RerateRows.Find(transaction, number) ?? throw new LedgerException(LedgerFault.Unknown, $"There is no re-rating {number}.");
        if (undoneBy is not null)
        {
            throw new LedgerException(LedgerFault.Conflict, $"The re-rating {number} was undone already, by the re-rating {undoneBy}.");
        }

        RefuseClosed(transaction, from);
        using var work = new Corrections(transaction, book);
        var standing = new StandingCharges(transaction, number);
        foreach (var (made, before) in RerateRows.Made(transaction, number))
        {
            // A charge that was given its first price has none again.
            var isFirst = made.Seq == before.Seq;
            work.Replace(
                standing.Of(made), isFirst ? null : before.PriceRow, isFirst ? null : before.Amount, () => RerateRows.Add(transaction, time.GetUtcNow(), from, to, number, reason));
        }

        return work.Finish();
    });

    private void Rate(Corrections work, RatedCharge charge, Func<long> number)
    {
        var price = book.Find(charge.Fact.Resource, charge.Fact.Meter, charge.Fact.At);
        if (price is null)
        {
            _ = charge.PriceRow is null ? work.Tally.StillUnpriced++ : work.Tally.WithoutPrice++;
        }
        else if (charge.PriceRow is { } row && work.Prices[row].CostsLike(price))
        {
            work.Tally.Unchanged++;
        }
        else if (AmountOf(work, charge, price) is not { } amount)
        {
            // One quantity that nobody meant must not keep all others at the old price.
        }
        else if (charge.PriceRow is null)
        {
            work.Price(charge, price, amount, number);
        }
        else
        {
            work.Replace(charge, work.RowOf(price), amount, number);
        }
    }

    private static Amount? AmountOf(Corrections work, RatedCharge charge, PriceVersion price)
    {
        try
        {
            return ChargePoster.PriceOf(charge.Fact, price);
        }
        catch (LedgerException error) when (error.Fault == LedgerFault.Overflow)
        {
            work.Tally.TooLarge.Add(error.Message);
            return null;
        }
    }

    private static void RefuseClosed(LedgerTransaction transaction, DateTimeOffset from)
    {
        var open = PeriodRows.OpenFrom(transaction);
        if (from < open)
        {
            throw new LedgerException(LedgerFault.Closed, $"Nothing is re-rated from {PricePeriod.Instant(from)} on: {PeriodRows.Closed(open)}");
        }
    }

    private RerateSummary Write(bool apply, Func<LedgerTransaction, RerateSummary> work)
    {
        try
        {
            return file.Write(transaction =>
            {
                var done = work(transaction);
                return apply ? done : throw new TrialOver(done with { Number = null });
            });
        }
        catch (TrialOver over)
        {
            return over.Summary;
        }
    }

    private sealed class TrialOver(RerateSummary summary) : Exception
    {
        public RerateSummary Summary => summary;
    }
}
