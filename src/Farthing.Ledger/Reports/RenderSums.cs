using System.Globalization;
using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>What renders of a scope cost themselves, one by one, from the rollups.</summary>
internal sealed class RenderSums
{
    private readonly List<long> _dearest = [];

    /// <summary>What all renders cost, delivered or not.</summary>
    public Int128 All { get; private set; }

    /// <summary>What the attempts that delivered cost.</summary>
    public Int128 Delivered { get; private set; }

    /// <summary>What each delivered render cost, all its attempts included, from the least to the most.</summary>
    public List<Int128> Costs { get; private init; } = [];

    /// <summary>The dearest delivered render, <c>run/render</c>; of several the last by name. Empty for none.</summary>
    public string Dearest { get; private set; } = "";

    public static RenderSums Read(LedgerTransaction transaction, ReportQuery query)
    {
        MissingRates.Refuse(transaction, query);
        var sums = new RenderSums();
        var (from, to) = CostQuery.Days(query);
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

    /// <summary>The same of the entries themselves: what the rollups must come to.</summary>
    public static RenderSums OfEntries(LedgerTransaction transaction, ReportQuery query)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.run_id, c.render_id, c.at, c.tags, t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END,
                CASE WHEN EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt AND o.outcome = 'delivered')
                    THEN 1 ELSE 0 END
            FROM charges AS c
            JOIN transfers AS t ON t.charge_seq = c.seq
            JOIN accounts AS d ON d.seq = t.debit
            WHERE c.render_id IS NOT NULL AND c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        var sums = new RenderSums();
        var renders = new Dictionary<(string Run, string Render), (Int128 All, bool IsDelivered)>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (query.Tag is { } tag && !TagSet.Parse(row.GetString(3)).Contains(tag))
            {
                continue;
            }

            var amount = new Amount(row.GetInt64(5) != 0 ? row.GetInt64(4) : -row.GetInt64(4));
            var units = rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(row.GetInt64(2)), query.Currency).Convert(amount).Units;
            var isDelivered = row.GetInt64(6) != 0;
            ref var cost = ref CollectionsMarshal.GetValueRefOrAddDefault(renders, (row.GetString(0), row.GetString(1)), out _);
            cost = (cost.All + units, cost.IsDelivered || isDelivered);
            sums.All += units;
            sums.Delivered += isDelivered ? units : 0;
        }

        var delivered = renders.Where(static each => each.Value.IsDelivered).ToList();
        sums.Costs.AddRange(delivered.Select(static each => each.Value.All).Order());
        if (delivered.Count > 0)
        {
            sums.Dearest = delivered.Where(each => each.Value.All == sums.Costs[^1]).Select(static each => $"{each.Key.Run}/{each.Key.Render}").Max(StringComparer.Ordinal)!;
        }

        return sums;
    }

    private static string Name(LedgerTransaction transaction, List<long> renders) => renders
        .Chunk(500)
        .SelectMany(part => transaction.Query<string>(
            string.Create(CultureInfo.InvariantCulture, $"SELECT u.run_id || '/' || r.render_id FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE r.seq IN ({string.Join(',', part)})")))
        .Max(StringComparer.Ordinal) ?? "";
}
