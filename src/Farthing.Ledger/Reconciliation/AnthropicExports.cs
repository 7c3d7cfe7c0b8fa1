using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Reconciliation;

/// <summary>
/// The exports of Anthropic's console as of 2026-09: costs (a row a token type, in dollars) and usage (a column a token type).
/// </summary>
internal static class AnthropicExports
{
    /// <summary>What the ledger calls Anthropic's models.</summary>
    public const string Prefix = "llm/anthropic/";

    public static InvoiceFormat Cost { get; } = new(
        InvoiceProvider.Anthropic, "an Anthropic cost export", ["usage_date_utc", "model", "token_type", "cost_usd"], ReadCost);

    public static InvoiceFormat Usage { get; } = new(
        InvoiceProvider.Anthropic,
        "an Anthropic usage export",
        ["usage_date_utc", "model_version", "usage_input_tokens_no_cache", "usage_input_tokens_cache_read", "usage_output_tokens"],
        ReadUsage);

    private static IEnumerable<InvoiceLine> ReadCost(InvoiceRow row)
    {
        if (row.Number("cost_usd", out var step) is not { } amount)
        {
            throw new FormatException("'cost_usd' is empty. Export it again, or write what the line charges.");
        }

        // Web searches and code execution have a cost type and no token type.
        var kind = row.Text("token_type") is { Length: > 0 } type ? type : row.Text("cost_type");
        yield return new InvoiceLine(new UsageKey(row.Day("usage_date_utc"), Prefix + Model(row.Name("model")), MeterOf(kind)), null, amount, step, "USD");
    }

    private static IEnumerable<InvoiceLine> ReadUsage(InvoiceRow row)
    {
        foreach (var (column, meter) in ((string, string)[])
        [
            ("usage_input_tokens_no_cache", Meters.InputTokens),
            ("usage_input_tokens_cache_read", Meters.CachedInputTokens),
            ("usage_input_tokens_cache_write_5m", Meters.CacheWriteTokens),
            ("usage_input_tokens_cache_write_1h", Meters.LongCacheWriteTokens),
            ("usage_output_tokens", Meters.OutputTokens),
            ("web_search_count", Meters.WebSearches),
        ])
        {
            if (row.Number(column) is { } quantity)
            {
                yield return new InvoiceLine(
                    new UsageKey(row.Day("usage_date_utc"), Prefix + Model(row.Name("model_version")), meter), quantity, null, Fraction.Zero, null);
            }
        }
    }

    private static string MeterOf(string kind) => kind switch
    {
        "input_no_cache" => Meters.InputTokens,
        "input_cache_read" => Meters.CachedInputTokens,
        "input_cache_write_5m" => Meters.CacheWriteTokens,
        "input_cache_write_1h" => Meters.LongCacheWriteTokens,
        "output" => Meters.OutputTokens,
        "web_search" => Meters.WebSearches,
        _ => kind,
    };

    /// <summary>The cost export writes "Claude Haiku 4.5" where the usage export and the interface write claude-haiku-4-5.</summary>
    private static string Model(string name) => name.ToLowerInvariant().Replace(' ', '-').Replace('.', '-');
}
