using System.Data.Common;
using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Why something was billed and not delivered, and by whom.</summary>
internal readonly record struct WasteKey(string Outcome, string Cause, string Provider);

/// <summary>What was billed for it.</summary>
internal sealed class WasteSum
{
    public long Charges { get; set; }

    public Int128 Amount { get; set; }

    public long First { get; set; } = long.MaxValue;

    public long Last { get; set; } = long.MinValue;
}

/// <summary>
/// Reads the charges of a scope with the outcome of their attempts: the renders' own costs (the marginal basis), and what was billed
/// without a picture to show for it. Each entry is converted by itself, then summed.
/// </summary>
internal sealed class AttemptCosts
{
    /// <summary>The provider of all that is no language model is the resource itself.</summary>
    private const string ModelPrefix = "llm/";

    /// <summary>What each delivered render cost: all its attempts, and the one that delivered.</summary>
    public Dictionary<(string Run, string Render), (Int128 All, Int128 Delivered, bool IsDelivered)> Renders { get; } = [];

    public Dictionary<WasteKey, WasteSum> Waste { get; } = [];

    /// <summary>How many attempts ended in the scope without a picture, by outcome and cause, whether they were charged for or not.</summary>
    public Dictionary<(string Outcome, string Cause), long> Ended { get; } = [];

    public static AttemptCosts Read(LedgerTransaction transaction, ReportQuery query)
    {
        var costs = new AttemptCosts();
        costs.ReadEnded(transaction, query);
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText =
            $"""
            SELECT c.run_id, c.render_id, c.attempt, c.stage, c.resource, c.at, c.tags, t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END, o.outcome, o.reason
            FROM charges AS c
            JOIN transfers AS t ON t.charge_seq = c.seq
            JOIN accounts AS d ON d.seq = t.debit
            LEFT JOIN attempt_outcomes AS o ON o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt
            WHERE c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (query.Tag is { } tag && !TagSet.Parse(row.GetString(6)).Contains(tag))
            {
                continue;
            }

            var amount = new Amount(row.GetInt64(8) != 0 ? row.GetInt64(7) : -row.GetInt64(7));
            costs.Add(row, rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(row.GetInt64(5)), query.Currency).Convert(amount).Units);
        }

        return costs;
    }

    /// <summary>Who is paid: <c>openai</c> for <c>llm/openai/gpt-4o</c>, the resource itself for others.</summary>
    internal static string ProviderOf(string resource) =>
        resource.StartsWith(ModelPrefix, StringComparison.Ordinal) && resource.IndexOf('/', ModelPrefix.Length) is var end and > 0 ? resource[ModelPrefix.Length..end] : resource;

    private void Add(DbDataReader row, Int128 units)
    {
        _ = StageNames.TryParse(row.GetString(3), out var stage);
        var render = row.IsDBNull(1) ? null : row.GetString(1);
        var outcome = row.IsDBNull(9) ? null : row.GetString(9);
        if (render is not null)
        {
            ref var cost = ref CollectionsMarshal.GetValueRefOrAddDefault(Renders, (row.GetString(0), render), out _);
            cost = outcome == "delivered" ? (cost.All + units, cost.Delivered + units, true) : (cost.All + units, cost.Delivered, cost.IsDelivered);
        }

        if (stage != Stage.Lost && outcome is null or "delivered")
        {
            return;
        }

        var key = new WasteKey(outcome ?? "lost time", outcome is null ? "time of a lease that no picture explains" : row.GetString(10), ProviderOf(row.GetString(4)));
        if (!Waste.TryGetValue(key, out var sum))
        {
            Waste[key] = sum = new WasteSum();
        }

        sum.Charges++;
        sum.Amount += units;
        (sum.First, sum.Last) = (Math.Min(sum.First, row.GetInt64(5)), Math.Max(sum.Last, row.GetInt64(5)));
    }

    private void ReadEnded(LedgerTransaction transaction, ReportQuery query)
    {
        using var command = transaction.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText =
            $"""
            SELECT o.outcome, o.reason, a.tags, count(*)
            FROM attempt_outcomes AS o
            JOIN attempts AS a ON a.run_id = o.run_id AND a.render_id = o.render_id AND a.attempt = o.attempt
            WHERE o.outcome <> 'delivered' AND o.at >= @from AND o.at < @to {(query.RunId is null ? "" : "AND o.run_id = @run")}
            GROUP BY o.outcome, o.reason, a.tags
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (query.Tag is null || TagSet.Parse(row.GetString(2)).Contains(query.Tag))
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(Ended, (row.GetString(0), row.GetString(1)), out _);
                count += row.GetInt64(3);
            }
        }
    }
}
