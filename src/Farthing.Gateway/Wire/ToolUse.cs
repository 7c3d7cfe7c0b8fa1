using System.Globalization;

namespace Farthing.Gateway.Wire;

/// <summary>What a provider did for an answer beside tokens, and bills by its count.</summary>
/// <param name="Meter">What is counted: one of <see cref="Ledger.Prices.Meters"/>.</param>
/// <param name="Tier">What is added to the model's resource, such as <c>search-low</c>; empty for nothing.</param>
/// <param name="Count">How often.</param>
public readonly record struct ToolUse(string Meter, string Tier, long Count)
{
    /// <summary>Uses as they are written down, such as <c>web-searches#search-low=1,file-searches=2</c>; null for none, which is what most answers have.</summary>
    public static string? Text(IReadOnlyCollection<ToolUse> uses) => uses.Count == 0 ? null : string.Join(',', uses.Select(static use => string.Create(
        CultureInfo.InvariantCulture, $"{use.Meter}{(use.Tier.Length == 0 ? "" : "#")}{use.Tier}={use.Count}")));

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    public static IReadOnlyList<ToolUse> Parse(string? text) => string.IsNullOrEmpty(text) ? [] : [.. text.Split(',').Select(static part =>
    {
        var (at, mark) = (part.IndexOf('=', StringComparison.Ordinal), part.IndexOf('#', StringComparison.Ordinal));
        return new ToolUse(part[..(mark < 0 ? at : mark)], mark < 0 ? "" : part[(mark + 1)..at], long.Parse(part.AsSpan(at + 1), CultureInfo.InvariantCulture));
    })];
}
