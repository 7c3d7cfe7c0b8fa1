using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>The first rollups of a ledger that was written before there were any.</summary>
internal static class RollupStart
{
    /// <summary>Where there are entries and no rollups, they are made of all entries.</summary>
    public static void Ensure(LedgerTransaction transaction, ChargeKinds kinds)
    {
        if (Lacks(transaction, "charges", "charge_rollups"))
        {
            var renders = new Dictionary<RenderCell, RenderSum>();
            var sums = RollupScan.Charges(transaction, CostQuery.Rates(transaction, Currency.Eur), renders);
            RollupRows.Add(transaction, [.. sums.Select(each => (each.Key.Day, kinds.Number(transaction, each.Key.Kind), each.Value))]);
            RenderRollupRows.Add(transaction, renders);
            RenderRollupRows.Mark(transaction, [.. renders.Keys.Select(static cell => cell.Of).Distinct()]);
        }

        if (Lacks(transaction, "attempts", "attempt_rollups"))
        {
            RollupRows.Add(transaction, RollupScan.Attempts(transaction));
        }
    }

    private static bool Lacks(LedgerTransaction transaction, string entries, string rollups) => transaction.Scalar<long>(
        $"SELECT CASE WHEN EXISTS (SELECT 1 FROM {entries}) AND NOT EXISTS (SELECT 1 FROM {rollups}) THEN 1 ELSE 0 END") == 1;
}
