using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>Usage that has no price yet, from the first to the last instant of it.</summary>
/// <param name="Usage">What, how often and how much.</param>
/// <param name="First">The first of it.</param>
/// <param name="Last">The last of it.</param>
public sealed record UnpricedSpan(UnpricedUsage Usage, DateTimeOffset First, DateTimeOffset Last);

/// <summary>Finds usage without a price.</summary>
internal static class UnpricedQuery
{
    public static IReadOnlyList<UnpricedSpan> Read(LedgerTransaction transaction)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.resource, c.meter, c.quantity, c.at FROM charges AS c
            WHERE {UnpricedCharges.Condition("c")}
            """;
        var found = new SortedDictionary<(string Resource, string Meter), (long Charges, Int128 Quantity, long First, long Last)>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (key, at) = ((row.GetString(0), row.GetString(1)), row.GetInt64(3));
            var (charges, quantity, first, last) = found.GetValueOrDefault(key, (0, 0, at, at));
            found[key] = (charges + 1, quantity + row.GetInt64(2), Math.Min(first, at), Math.Max(last, at));
        }

        return [.. found.Select(static pair => new UnpricedSpan(
            new UnpricedUsage(pair.Key.Resource, pair.Key.Meter, pair.Value.Charges, pair.Value.Quantity),
            EventTime.FromMicroseconds(pair.Value.First),
            EventTime.FromMicroseconds(pair.Value.Last)))];
    }
}
