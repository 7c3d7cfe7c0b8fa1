using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Reconciliation;

/// <summary>
/// OpenAI's dashboard exports as of 2026-09 (<c>cost_*.csv</c>) and 2025-10 (<c>completions_usage_*.csv</c>). A bucket
/// without an amount or a model is a span in which nothing happened.
/// </summary>
internal static class OpenAiExports
{
    /// <summary>What the ledger calls OpenAI's models.</summary>
    public const string Prefix = "llm/openai/";

    public static InvoiceFormat Cost { get; } = new(
        InvoiceProvider.OpenAi, "an OpenAI cost export", ["start_time", "amount_value", "amount_currency", "line_item"], ReadCost);

    public static InvoiceFormat Usage { get; } = new(
        InvoiceProvider.OpenAi, "an OpenAI export of completions usage", ["start_time", "model", "input_tokens", "output_tokens"], ReadUsage);

    private static IEnumerable<InvoiceLine> ReadCost(InvoiceRow row)
    {
        if (row.Number("amount_value", out var step) is not { } amount)
        {
            yield break;
        }

        if (row.Text("line_item").Length == 0)
        {
            throw new FormatException("'line_item' is empty, so nobody can say what it is for. Export the costs grouped by line item.");
        }

        // Such as "gpt-4o-mini-2024-07-18, cached input".
        var item = row.Name("line_item");
        var comma = item.IndexOf(", ", StringComparison.Ordinal);
        var (model, kind) = comma < 0 ? (item, "") : (item[..comma], item[(comma + 2)..]);
        var meter = kind switch
        {
            "input" => Meters.InputTokens,
            "cached input" => Meters.CachedInputTokens,
            "output" => Meters.OutputTokens,
            _ => kind,
        };
        yield return new InvoiceLine(
            new UsageKey(row.Day("start_time"), Prefix + model, meter), row.Number("quantity"), amount, step, row.Name("amount_currency"));
    }

    private static IEnumerable<InvoiceLine> ReadUsage(InvoiceRow row)
    {
        if (row.Text("model").Length == 0)
        {
            yield break;
        }

        // input_tokens counts those that were read from the cache too.
        var cached = row.Number("input_cached_tokens") ?? Fraction.Zero;
        var input = (row.Number("input_tokens") ?? Fraction.Zero) - cached;
        if (input < Fraction.Zero)
        {
            throw new FormatException("'input_cached_tokens' is more than 'input_tokens', which counts them too.");
        }

        yield return Line(Meters.InputTokens, input);
        yield return Line(Meters.CachedInputTokens, cached);
        yield return Line(Meters.OutputTokens, row.Number("output_tokens") ?? Fraction.Zero);

        InvoiceLine Line(string meter, Fraction quantity) =>
            new(new UsageKey(row.Day("start_time"), Prefix + row.Name("model"), meter), quantity, null, Fraction.Zero, null);
    }
}
