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
            // A bucket of days without use has nothing but its days.
            if (row.Text("line_item").Length > 0 || row.Text("quantity").Length > 0)
            {
                throw new FormatException("'amount_value' is empty, but the line is for something. Export it again, or write what it charges.");
            }

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
        yield return new InvoiceLine(
            new UsageKey(row.Day("start_time"), Prefix + model, OpenAiKinds.MeterOf(kind)), row.Number("quantity"), amount, step, row.Name("amount_currency"));
    }

    private static IEnumerable<InvoiceLine> ReadUsage(InvoiceRow row)
    {
        if (row.Text("model").Length == 0)
        {
            yield break;
        }

        // Whatever the export, cached tokens are among the input's. Those with a column of text count sound, pictures and what was written to the cache too;
        // in older ones the input and output are text alone, and sound stands beside them.
        var isAll = row.Has("input_text_tokens");
        var (cached, cachedAudio) = (Count("input_cached_tokens"), Count("input_cached_audio_tokens"));
        var (written, audio, spoken, drawn) = (Count("input_cache_write_tokens"), Count("input_audio_tokens"), Count("output_audio_tokens"), Count("output_image_tokens"));
        yield return Line(Meters.InputTokens, Without("input_tokens", ("input_cached_tokens", cached), ("input_cache_write_tokens", written), ("input_audio_tokens", isAll ? audio : Fraction.Zero)));
        yield return Line(Meters.CachedInputTokens, Without("input_cached_tokens", ("input_cached_audio_tokens", cachedAudio)));
        yield return Line(Meters.OutputTokens, Without("output_tokens", ("output_audio_tokens", isAll ? spoken : Fraction.Zero), ("output_image_tokens", isAll ? drawn : Fraction.Zero)));
        foreach (var (meter, quantity) in ((string, Fraction)[])
        [
            (Meters.CacheWriteTokens, written),
            (Meters.InputAudioTokens, audio),
            (Meters.CachedInputAudioTokens, cachedAudio),
            (Meters.OutputAudioTokens, spoken),
            (Meters.OutputImageTokens, drawn),
        ])
        {
            if (quantity != Fraction.Zero)
            {
                yield return Line(meter, quantity);
            }
        }

        Fraction Count(string column) => row.Number(column) ?? Fraction.Zero;

        Fraction Without(string column, params (string Name, Fraction Count)[] parts)
        {
            var rest = Count(column);
            foreach (var (name, count) in parts)
            {
                rest -= count;
                if (rest < Fraction.Zero)
                {
                    throw new FormatException($"'{name}' is more than is left of '{column}', which counts them too.");
                }
            }

            return rest;
        }

        InvoiceLine Line(string meter, Fraction quantity) =>
            new(new UsageKey(row.Day("start_time"), Prefix + row.Name("model"), meter), quantity, null, Fraction.Zero, null);
    }
}
