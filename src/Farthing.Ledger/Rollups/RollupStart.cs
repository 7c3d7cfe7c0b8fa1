using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>Makes all rollups of all entries, where the store's own mark says that they are not made.</summary>
internal static class RollupStart
{
    /// <summary>Whether the rollups are those of all entries.</summary>
    public static bool IsMade(LedgerTransaction transaction) => transaction.Scalar<long>("SELECT made FROM rollup_state") == 1;

    /// <summary>Makes them if they are not.</summary>
    public static void Ensure(LedgerTransaction transaction)
    {
        if (!IsMade(transaction))
        {
            Make(transaction);
        }
    }

    /// <summary>
    /// Makes them whatever is there. All three tables are emptied first, since sums are added to those that are stored.
    /// </summary>
    public static void Make(LedgerTransaction transaction)
    {
        foreach (var table in (string[])["charge_rollups", "render_rollups", "attempt_rollups"])
        {
            transaction.Execute($"DELETE FROM {table}");
        }

        var renders = new Dictionary<RenderCell, RenderSum>();
        var sums = RollupScan.Charges(transaction, CostQuery.Rates(transaction, Currency.Eur), renders);
        RollupRows.Add(transaction, [.. sums.Select(each => (each.Key.Day, transaction.Kinds.Number(transaction, each.Key.Kind), each.Value))]);
        RenderRollupWrites.Add(transaction, renders);
        RenderRollupWrites.Mark(transaction, [.. renders.Keys.Select(static cell => cell.Of).Distinct()]);
        RollupRows.Add(transaction, RollupScan.Attempts(transaction));
        transaction.Execute("INSERT INTO rollup_state (one, made) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET made = 1");
    }
}
