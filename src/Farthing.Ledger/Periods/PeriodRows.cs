using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Periods;

/// <summary>The rows of closed periods.</summary>
internal static class PeriodRows
{
    /// <summary>The first instant that is not closed.</summary>
    public static DateTimeOffset OpenFrom(LedgerTransaction transaction) => EventTime.FromMicroseconds(
        transaction.Scalar<long>("SELECT coalesce(max(through), 0) FROM period_closings"));

    public static void Insert(LedgerTransaction transaction, DateTimeOffset openFrom, DateTimeOffset at, string reason) =>
        transaction.Insert(LedgerTables.PeriodClosings, EventTime.ToMicroseconds(openFrom), EventTime.ToMicroseconds(at), reason);

    /// <summary>Says what is closed.</summary>
    public static string Closed(DateTimeOffset openFrom) =>
        $"the books are closed for all that was before {PricePeriod.Instant(openFrom)}. Post it at a later time, as a correction.";
}
