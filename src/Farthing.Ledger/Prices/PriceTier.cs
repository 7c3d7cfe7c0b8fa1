using System.Globalization;

namespace Farthing.Ledger.Prices;

/// <summary>
/// A tier of a model's prices, written behind the resource: <c>llm/openai/gpt-5#batch</c> is its batch service,
/// <c>llm/gemini/gemini-2.5-pro#above-200k</c> are prompts of more than 200,000 tokens, <c>#priority+above-200k</c> is both, and
/// <c>llm/perplexity/sonar#search-low</c> is a search that reads little.
/// </summary>
public static class PriceTier
{
    private const string Above = "above-";

    /// <summary>The tier of a search of the web by how much it reads.</summary>
    /// <param name="size"><c>low</c> or <c>high</c>; what lies between has no tier.</param>
    public static string Search(string size) => "search-" + size;

    /// <summary>The resource with its tier; the resource alone for the standard one.</summary>
    public static string Resource(string resource, string tier)
    {
        ArgumentNullException.ThrowIfNull(tier);
        return tier.Length == 0 ? resource : $"{resource}#{tier}";
    }

    /// <summary>What <see cref="Resource"/> made, as the model and its tier; the tier is empty for the standard one.</summary>
    public static (string Model, string Tier) Split(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.LastIndexOf('#') is >= 0 and var mark ? (resource[..mark], resource[(mark + 1)..]) : (resource, "");
    }

    /// <summary>
    /// The resource of a request to a model: its service, and the tier with the most tokens that the prompt exceeds and that has a price
    /// in the book at that instant.
    /// </summary>
    /// <param name="book">The prices.</param>
    /// <param name="resource">The model.</param>
    /// <param name="service">The service, such as <c>batch</c>; empty for the standard one.</param>
    /// <param name="promptTokens">All tokens of the prompt, cached ones included.</param>
    public static string ForPrompt(PriceBook book, string resource, string service, long promptTokens)
    {
        ArgumentNullException.ThrowIfNull(book);
        var best = 0L;
        foreach (var thousands in book.PromptTiers(resource, service))
        {
            best = promptTokens > thousands * 1000 ? Math.Max(best, thousands) : best;
        }

        return Resource(resource, Join(service, best == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Above}{best}k")));
    }

    internal static string Join(string service, string above) =>
        service.Length > 0 && above.Length > 0 ? $"{service}+{above}" : service + above;

    /// <summary>Reads <c>…#service+above-200k</c>; false when no prompt tier stands behind the resource.</summary>
    internal static bool TryParse(string text, out string resource, out string service, out long thousands)
    {
        (resource, service, thousands) = ("", "", 0);
        var mark = text.LastIndexOf('#');
        var above = text.LastIndexOf(Above, StringComparison.Ordinal);
        if (mark < 0 || above < mark || !text.EndsWith('k') || !long.TryParse(text.AsSpan(above + Above.Length, text.Length - above - Above.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out thousands))
        {
            return false;
        }

        (resource, service) = (text[..mark], text[(mark + 1)..above].TrimEnd('+'));
        return thousands is > 0 and < 1_000_000_000;
    }
}
