using System.Runtime.InteropServices;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Why something was billed and not delivered, and by whom.</summary>
internal readonly record struct WasteKey(string Outcome, string Cause, string Provider);

/// <summary>What was billed for it.</summary>
internal sealed class WasteSum
{
    public long Charges { get; private set; }

    public Int128 Amount { get; private set; }

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = long.MinValue;

    public void Add(in UndeliveredCharge charge)
    {
        Charges++;
        Amount += charge.Amount;
        (First, Last) = (Math.Min(First, charge.At), Math.Max(Last, charge.At));
    }
}

/// <summary>What a scope was billed without a picture to show for it.</summary>
internal sealed class WasteSums
{
    public Dictionary<WasteKey, WasteSum> Billed { get; } = [];

    /// <summary>How many attempts ended in the scope without a picture, by outcome and cause, whether they were charged for or not.</summary>
    public Dictionary<(string Outcome, string Cause), long> Ended { get; } = [];

    /// <summary>All that the scope cost on the marginal basis.</summary>
    public Int128 Total { get; set; }

    public static WasteSums Read(LedgerTransaction transaction, ReportQuery query, ProviderNames? names)
    {
        var waste = new WasteSums { Total = CostQuery.Marginal(transaction, query) };
        var sums = new Dictionary<(UndeliveredKind Of, string? Provider), WasteSum>();
        foreach (var charge in UndeliveredQuery.Read(transaction, query, names))
        {
            // Warm-up may be booked with a render; the marginal basis, which this is a share of, leaves it out.
            if (!charge.Of.Stage.IsShared())
            {
                var key = (charge.Of, charge.Provider);
                (sums.TryGetValue(key, out var sum) ? sum : sums[key] = waste.SumOf(charge.Of, charge.Provider)).Add(charge);
            }
        }

        waste.ReadEnded(transaction, query);
        return waste;
    }

    /// <summary>Who is paid: <c>openai</c> for <c>llm/openai/gpt-4o</c>, the resource itself for others.</summary>
    internal static string ProviderOf(string resource) =>
        resource.StartsWith(CostQuery.ModelPrefix, StringComparison.Ordinal) && resource.IndexOf('/', CostQuery.ModelPrefix.Length) is var end and > 0 ? resource[CostQuery.ModelPrefix.Length..end] : resource;

    private WasteSum SumOf(UndeliveredKind of, string? provider)
    {
        var isTime = of.Outcome.Length == 0;
        var key = new WasteKey(isTime ? "lost time" : of.Outcome, isTime ? "time of a lease that no picture explains" : of.Cause, provider ?? ProviderOf(of.Kind.Resource));
        return Billed.TryGetValue(key, out var sum) ? sum : Billed[key] = new WasteSum();
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
