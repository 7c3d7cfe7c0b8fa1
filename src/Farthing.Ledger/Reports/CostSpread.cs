using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>
/// The loaded basis: idle, warm-up and rounding of a run and a day are spread over the stages of renders of that run
/// and day, money in proportion to money and time in proportion to time. What has nothing to be spread over stays.
/// </summary>
/// <remarks>
/// It happens before any choice of tags or groups, so that every way to cut the cells adds up to the same total, and
/// no idle time is counted twice.
/// </remarks>
internal static class CostSpread
{
    public static void Spread(Dictionary<CellKey, CellSum> cells)
    {
        foreach (var day in cells.Keys.GroupBy(static key => (key.RunId, key.Day)).ToList())
        {
            CellKey[] targets = [.. day
                .Where(static key => key.Stage.IsOfRender())
                .OrderBy(static key => key.Tags, StringComparer.Ordinal)
                .ThenBy(static key => key.Precision, StringComparer.Ordinal)
                .ThenBy(static key => key.Stage)
                .ThenBy(static key => key.Part, StringComparer.Ordinal)];

            // All sources are spread by what the stages were before any was.
            Int128[] money = [.. targets.Select(key => Int128.Max(0, cells[key].Amount))];
            Int128[] time = [.. targets.Select(key => Int128.Max(0, cells[key].Time))];
            foreach (var source in day.Where(static key => key.Stage.IsShared()))
            {
                var sum = cells[source];
                var amounts = Shares(ref sum.Amount, money);
                var times = Shares(ref sum.Time, time);
                for (var i = 0; i < targets.Length; i++)
                {
                    var target = cells[targets[i]];
                    cells[targets[i]] = new CellSum { Amount = target.Amount + amounts[i], Time = target.Time + times[i] };
                }

                if (sum.Amount == 0 && sum.Time == 0)
                {
                    cells.Remove(source);
                }
                else
                {
                    cells[source] = sum;
                }
            }
        }
    }

    /// <summary>The marginal basis: what is shared is left out.</summary>
    public static void LeaveOut(Dictionary<CellKey, CellSum> cells)
    {
        foreach (var key in cells.Keys.Where(static key => key.Stage.IsShared()).ToList())
        {
            cells.Remove(key);
        }
    }

    /// <summary>Takes all of a sum, unless there is nothing to measure shares by.</summary>
    private static Int128[] Shares(ref Int128 sum, Int128[] weights)
    {
        if (!Array.Exists(weights, static weight => weight > 0))
        {
            return new Int128[weights.Length];
        }

        var shares = LargestRemainder.Split(sum, weights);
        sum = 0;
        return shares;
    }
}
