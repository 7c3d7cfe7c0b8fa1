using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>What renders of a scope cost themselves, one by one, from the rollups.</summary>
internal sealed class RenderSums
{
    private readonly List<long> _dearest = [];

    /// <summary>How many were delivered, charged for by themselves or not.</summary>
    public long Renders { get; private set; }

    /// <summary>What all renders cost, delivered or not.</summary>
    public Int128 All { get; private set; }

    /// <summary>What the attempts that delivered cost.</summary>
    public Int128 Delivered { get; private set; }

    /// <summary>What each delivered render that has charges cost, all its attempts included, from the least to the most.</summary>
    public List<Int128> Costs { get; } = [];

    /// <summary>The dearest delivered render, <c>run/render</c>; of several the last by name. Empty for none.</summary>
    public string Dearest { get; private set; } = "";

    public static RenderSums Read(LedgerTransaction transaction, ReportQuery query)
    {
        MissingRates.Refuse(transaction, query);
        var sums = new RenderSums();
        var (from, to) = CostQuery.Days(query);
        sums.Renders = Count(transaction, query);
        var chosen = new Dictionary<string, bool>(StringComparer.Ordinal);
        var (render, cost, isDelivered, most) = (0L, Int128.Zero, false, Int128.MinValue);
        foreach (var row in RenderRollupRows.Read(transaction, from, to, query.RunId, query.Currency, tagged: query.Tag is not null))
        {
            if (query.Tag is { } tag && !(chosen.TryGetValue(row.Tags, out var has) ? has : chosen[row.Tags] = TagSet.Parse(row.Tags).Contains(tag)))
            {
                continue;
            }

            if (row.Render != render)
            {
                Close();
                (render, cost, isDelivered) = (row.Render, 0, false);
            }

            sums.All += row.Cost;
            cost += row.Cost;
            if (row.IsDelivered)
            {
                sums.Delivered += row.Cost;
                isDelivered = true;
            }
        }

        Close();
        sums.Costs.Sort();
        sums.Dearest = Name(transaction, sums._dearest);
        return sums;

        void Close()
        {
            if (!isDelivered)
            {
                return;
            }

            sums.Costs.Add(cost);
            if (cost > most)
            {
                sums._dearest.Clear();
                most = cost;
            }

            if (cost == most)
            {
                sums._dearest.Add(render);
            }
        }
    }

    private static long Count(LedgerTransaction transaction, ReportQuery query)
    {
        var cells = new CostCells();
        CostQuery.ReadAttempts(transaction, query, cells);
        return cells.Attempts
            .Where(each => each.Key.Outcome == AttemptOutcome.Delivered && (query.Tag is null || TagSet.Parse(each.Key.Tags).Contains(query.Tag)))
            .Sum(static each => each.Value);
    }

    private static string Name(LedgerTransaction transaction, List<long> renders) => renders
        .Chunk(500)
        .SelectMany(part => transaction.Query<string>(
            string.Create(CultureInfo.InvariantCulture, $"SELECT u.run_id || '/' || r.render_id FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE r.seq IN ({string.Join(',', part)})")))
        .Max(StringComparer.Ordinal) ?? "";
}
