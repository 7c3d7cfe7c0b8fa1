using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Export;

/// <summary>Reads charges of a period in pages, in the order they were posted. What was posted is never changed.</summary>
internal static class FocusQuery
{
    private const long One = 1_000_000_000_000;

    /// <summary>The end of the chain: what comes after it, while the export runs, is left for the next.</summary>
    public static long LastLink(LedgerTransaction transaction) => transaction.Scalar<long>("SELECT coalesce(max(number), 0) FROM links");

    public static long CountUnpriced(LedgerTransaction transaction, ReportQuery period)
    {
        using var command = Command(
            transaction,
            period,
            $"SELECT count(*) FROM charges AS c WHERE c.at >= @from AND c.at < @to AND {UnpricedCharges.Condition("c")}");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>
    /// The part of each share in its batch (one lease, stage and batch), in 10⁻¹². They sum to one exactly.
    /// </summary>
    public static Dictionary<long, long> Ratios(LedgerTransaction transaction, ReportQuery period)
    {
        using var command = Command(
            transaction,
            period,
            """
            SELECT seq, run_id, coalesce(lease_id, ''), stage, coalesce(batch_id, ''), quantity, render_id, attempt FROM charges
            WHERE at >= @from AND at < @to AND split_method IS NOT NULL AND render_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM corrections AS x WHERE x.charge_seq = charges.seq AND x.kind <> 'priced')
            """);
        var batches = new Dictionary<(string, string, string, string), List<(long Seq, string Key, long Quantity)>>();
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                var batch = (row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
                if (!batches.TryGetValue(batch, out var shares))
                {
                    batches[batch] = shares = [];
                }

                shares.Add((row.GetInt64(0), $"{row.GetString(6)}/{row.GetInt64(7)}", row.GetInt64(5)));
            }
        }

        var ratios = new Dictionary<long, long>();
        foreach (var shares in batches.Values)
        {
            var parts = LargestRemainder.Split(One, [.. shares.Select(static share => (share.Key, share.Quantity))]);
            for (var i = 0; i < parts.Length; i++)
            {
                ratios[shares[i].Seq] = parts[i];
            }
        }

        AddCorrections(transaction, period, ratios);
        return ratios;
    }

    /// <summary>A correction is as large a part of its batch as what it corrects, which was posted before it.</summary>
    private static void AddCorrections(LedgerTransaction transaction, ReportQuery period, Dictionary<long, long> ratios)
    {
        using var command = Command(
            transaction,
            period,
            """
            SELECT x.charge_seq, x.original FROM corrections AS x JOIN charges AS c ON c.seq = x.charge_seq
            WHERE c.at >= @from AND c.at < @to AND x.kind <> 'priced' ORDER BY x.charge_seq
            """);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (ratios.TryGetValue(row.GetInt64(1), out var ratio))
            {
                ratios[row.GetInt64(0)] = ratio;
            }
        }
    }

    /// <summary>What re-ratings did from an instant on: the links that hold what they posted, and the charges that they gave a first price.</summary>
    public static (HashSet<long> Links, HashSet<long> Priced) Corrected(LedgerTransaction transaction, DateTimeOffset from)
    {
        var at = EventTime.ToMicroseconds(from);
        return (
            [.. transaction.Query<long>("SELECT link FROM reratings WHERE at >= @at", new { at })],
            [.. transaction.Query<long>("SELECT x.charge_seq FROM corrections AS x JOIN reratings AS r ON r.seq = x.rerating WHERE r.at >= @at AND x.kind = 'priced'", new { at })]);
    }

    /// <summary>The charges after one seq that had their price at one end of the chain, at most so many.</summary>
    public static List<FocusCharge> Page(
        LedgerTransaction transaction,
        ReportQuery period,
        (long After, long LastLink, int Most) page,
        IReadOnlyDictionary<long, PriceVersion> prices,
        IReadOnlyDictionary<long, long> ratios,
        (HashSet<long> Links, HashSet<long> Priced) corrected)
    {
        using var command = Command(
            transaction,
            period,
            $"""
            SELECT c.seq, c.at, c.run_id, c.render_id, c.attempt, c.stage, c.resource, c.meter, c.quantity, c.lease_id, c.split_method, c.weight,
                c.tags, c.estimated, (SELECT o.outcome FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt), {SignedAmount.Columns}, t.price_version, c.link
            FROM charges AS c
            JOIN transfers AS t ON t.charge_seq = c.seq
            JOIN accounts AS d ON d.seq = t.debit
            WHERE c.at >= @from AND c.at < @to AND c.seq > @after AND t.link <= @last
            ORDER BY c.seq LIMIT @most
            """);
        command.Add("@after", page.After);
        command.Add("@last", page.LastLink);
        command.Add("@most", page.Most);
        var charges = new List<FocusCharge>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _ = StageNames.TryParse(row.GetString(5), out var stage);
            var seq = row.GetInt64(0);
            charges.Add(new FocusCharge
            {
                Seq = seq,
                At = row.GetInt64(1),
                RunId = row.GetString(2),
                RenderId = Text(row, 3),
                Attempt = row.GetInt32(4),
                Stage = stage,
                Resource = row.GetString(6),
                Meter = row.GetString(7),
                Quantity = row.GetInt64(8),
                LeaseId = Text(row, 9),
                SplitMethod = Text(row, 10),
                Weight = row.IsDBNull(11) ? null : row.GetInt64(11),
                Tags = TagSet.Parse(row.GetString(12)),
                Estimated = row.GetInt64(13) != 0,
                Outcome = Text(row, 14),
                Amount = SignedAmount.Read(row, 15),
                Price = prices[row.GetInt64(17)],
                IsCorrection = corrected.Links.Contains(row.GetInt64(18)) || corrected.Priced.Contains(seq),
                Ratio = ratios.TryGetValue(seq, out var ratio) ? ratio : null,
            });
        }

        return charges;
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DbCommand Command(LedgerTransaction transaction, ReportQuery period, string sql)
    {
        var command = transaction.CreateCommand();
        command.CommandText = sql;
        CostQuery.AddScope(command, period);
        return command;
    }
}
