using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>The cells that a report is made of.</summary>
internal static class ScopedCells
{
    /// <summary>Steps: 1. read the run and the days, 2. spread or leave out what is shared, 3. choose the tag.</summary>
    public static CostCells Read(LedgerTransaction transaction, ReportQuery query, ReportGrouping? grouping = null)
    {
        var cells = CostQuery.Read(transaction, query, grouping);
        if (query.Basis == CostBasis.Loaded)
        {
            CostSpread.Spread(cells.Sums);
        }
        else
        {
            CostSpread.LeaveOut(cells.Sums);
        }

        if (query.Tag is { } tag)
        {
            // Tag sets are few and repeat in many cells.
            var chosen = new Dictionary<string, bool>(StringComparer.Ordinal);
            Keep(cells.Sums, key => Has(key.Tags));
            Keep(cells.Unpriced, key => Has(key.Cell.Tags));
            Keep(cells.Attempts, key => Has(key.Tags));
            Keep(cells.Memos, key => Has(key.Cell.Tags));

            bool Has(string tags) => chosen.TryGetValue(tags, out var has) ? has : chosen[tags] = TagSet.Parse(tags).Contains(tag);
        }

        return cells;
    }

    private static void Keep<TKey, TValue>(Dictionary<TKey, TValue> rows, Predicate<TKey> isKept)
        where TKey : notnull
    {
        foreach (var key in rows.Keys.Where(key => !isKept(key)).ToList())
        {
            rows.Remove(key);
        }
    }
}
