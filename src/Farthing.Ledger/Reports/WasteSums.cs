using System.Runtime.InteropServices;
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

/// <summary>What a scope was billed without a picture to show for it.</summary>
internal sealed class WasteSums
{
    public Dictionary<WasteKey, WasteSum> Billed { get; } = [];

    /// <summary>How many attempts ended in the scope without a picture, by outcome and cause, whether they were charged for or not.</summary>
    public Dictionary<(string Outcome, string Cause), long> Ended { get; } = [];

    /// <summary>All that the scope cost on the marginal basis.</summary>
    public Int128 Total { get; set; }

    public static WasteSums Read(LedgerTransaction transaction, ReportQuery query)
    {
        var waste = new WasteSums { Total = CostQuery.Marginal(transaction, query) };
        foreach (var charge in UndeliveredQuery.Read(transaction, query))
        {
            // Warm-up may be booked with a render; the marginal basis, which this is a share of, leaves it out.
            if (!charge.Stage.IsShared())
            {
                waste.Add(charge);
            }
        }

        waste.ReadEnded(transaction, query);
        return waste;
    }

    /// <summary>Who is paid: <c>openai</c> for <c>llm/openai/gpt-4o</c>, the resource itself for others.</summary>
    internal static string ProviderOf(string resource) =>
        resource.StartsWith(CostQuery.ModelPrefix, StringComparison.Ordinal) && resource.IndexOf('/', CostQuery.ModelPrefix.Length) is var end and > 0 ? resource[CostQuery.ModelPrefix.Length..end] : resource;

    private void Add(in UndeliveredCharge charge)
    {
        var isTime = charge.Outcome.Length == 0;
        var key = new WasteKey(isTime ? "lost time" : charge.Outcome, isTime ? "time of a lease that no picture explains" : charge.Cause, ProviderOf(charge.Kind.Resource));
        if (!Billed.TryGetValue(key, out var sum))
        {
            Billed[key] = sum = new WasteSum();
        }

        sum.Charges++;
        sum.Amount += charge.Amount;
        (sum.First, sum.Last) = (Math.Min(sum.First, charge.At), Math.Max(sum.Last, charge.At));
    }

    private void ReadEnded(LedgerTransaction transaction, ReportQuery query)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT o.outcome, o.reason, o.tags, count(*) FROM undelivered AS o
            WHERE o.at >= @from AND o.at < @to {(query.RunId is null ? "" : "AND o.run_id = @run")}
            GROUP BY o.outcome, o.reason, o.tags
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
