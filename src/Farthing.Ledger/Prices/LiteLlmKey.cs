using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>What a key of LiteLLM's price list prices.</summary>
/// <param name="Meter">One of <see cref="Meters"/>.</param>
/// <param name="Unit">What the price is kept per.</param>
/// <param name="PowerOfTen">How many of the list's units that is: 10 to this power.</param>
/// <param name="Tier">What is added to the resource, such as <c>batch</c> or <c>priority+above-200k</c>; empty for the standard.</param>
internal readonly partial record struct LiteLlmKey(string Meter, PriceUnit Unit, int PowerOfTen, string Tier)
{
    private static FrozenDictionary<string, (string Meter, string Unit, int Power)> Known { get; } = new Dictionary<string, (string, string, int)>
    {
        ["input_cost_per_token"] = (Meters.InputTokens, "million-tokens", 6),
        ["output_cost_per_token"] = (Meters.OutputTokens, "million-tokens", 6),
        ["cache_read_input_token_cost"] = (Meters.CachedInputTokens, "million-tokens", 6),
        ["input_cost_per_token_cache_hit"] = (Meters.CachedInputTokens, "million-tokens", 6),
        ["cache_creation_input_token_cost"] = (Meters.CacheWriteTokens, "million-tokens", 6),
        ["cache_creation_input_token_cost_above_1hr"] = (Meters.LongCacheWriteTokens, "million-tokens", 6),
        ["output_cost_per_reasoning_token"] = (Meters.ReasoningTokens, "million-tokens", 6),
        ["input_cost_per_audio_token"] = (Meters.InputAudioTokens, "million-tokens", 6),
        ["cache_read_input_audio_token_cost"] = (Meters.CachedInputAudioTokens, "million-tokens", 6),
        ["output_cost_per_audio_token"] = (Meters.OutputAudioTokens, "million-tokens", 6),
        ["input_cost_per_image_token"] = (Meters.InputImageTokens, "million-tokens", 6),
        ["output_cost_per_image_token"] = (Meters.OutputImageTokens, "million-tokens", 6),
        ["citation_cost_per_token"] = (Meters.CitationTokens, "million-tokens", 6),
        ["code_interpreter_cost_per_session"] = (Meters.CodeSessions, "operation", 0),
        ["input_cost_per_image"] = (Meters.InputImages, "image", 0),
        ["output_cost_per_image"] = (Meters.Images, "image", 0),
        ["input_cost_per_character"] = (Meters.InputCharacters, "million-characters", 6),
        ["output_cost_per_character"] = (Meters.OutputCharacters, "million-characters", 6),
        ["input_cost_per_second"] = (Meters.InputMediaTime, "media-second", 0),
        ["output_cost_per_second"] = (Meters.OutputMediaTime, "media-second", 0),
        ["input_cost_per_query"] = (Meters.Requests, "operation", 0),
        ["input_cost_per_request"] = (Meters.Requests, "operation", 0),
        ["ocr_cost_per_page"] = (Meters.Pages, "page", 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a key is about money at all.</summary>
    public static bool IsPrice(string key) => key.Contains("cost", StringComparison.Ordinal) || key.EndsWith("_pricing", StringComparison.Ordinal);

    /// <summary>Reads a key; false when nothing here is priced so.</summary>
    public static bool TryParse(string key, out LiteLlmKey found)
    {
        var match = Tiers().Match(key);
        found = default;
        if (!Known.TryGetValue(match.Groups["base"].Value, out var known))
        {
            return false;
        }

        var service = match.Groups["service"].Value is "batches" ? "batch" : match.Groups["service"].Value;
        var above = match.Groups["above"].Value is { Length: > 0 } thousands ? $"above-{thousands}k" : "";
        found = new LiteLlmKey(known.Meter, PriceUnit.Find(known.Unit)!, known.Power, PriceTier.Join(service, above));
        return true;
    }

    /// <summary>As <see cref="TryParse(string, out LiteLlmKey)"/>, for a key inside a range of prompts from so many tokens on.</summary>
    public static bool TryParse(string key, long fromTokens, out LiteLlmKey found)
    {
        if (!TryParse(key, out found) || found.Tier.Length > 0 || fromTokens % 1000 != 0)
        {
            return false;
        }

        found = found with { Tier = fromTokens == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"above-{fromTokens / 1000}k") };
        return true;
    }

    /// <summary>What one size of a search is priced as; null where that is no size.</summary>
    /// <param name="name">Such as <c>search_context_size_low</c>.</param>
    public static LiteLlmKey? Search(string name) => name switch
    {
        // What is asked for where nothing is said, so that it is the price of a search as such.
        "search_context_size_medium" => new(Meters.WebSearches, PriceUnit.Find("operation")!, 0, ""),
        "search_context_size_low" => new(Meters.WebSearches, PriceUnit.Find("operation")!, 0, PriceTier.Search("low")),
        "search_context_size_high" => new(Meters.WebSearches, PriceUnit.Find("operation")!, 0, PriceTier.Search("high")),
        _ => null,
    };

    /// <summary>The price per <see cref="Unit"/>, exactly; null when it needs more digits than are kept.</summary>
    public string? Price(ReadOnlySpan<char> number) =>
        ExactDecimal.TryParseJson(number, PowerOfTen, out var price) ? price.ToText() : null;

    [GeneratedRegex("^(?<base>.+?)(_above_(?<above>[0-9]{1,6})k_tokens)?(_(?<service>batches|flex|priority|ultrafast|balanced|decisions))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Tiers();
}
