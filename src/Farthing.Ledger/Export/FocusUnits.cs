using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Export;

/// <summary>FOCUS's names of the units that prices and meters are in (its attribute UnitFormat).</summary>
internal static class FocusUnits
{
    /// <summary>A price's unit.</summary>
    public static string Pricing(string unit) => unit switch
    {
        "core-second" => "Core-Seconds",
        "core-hour" => "Core-Hours",
        "gpu-second" => "GPU-Seconds",
        "gpu-hour" => "GPU-Hours",
        "operation" => "Requests",
        "thousand-operations" => "1000 Requests",
        "million-operations" => "1000000 Requests",
        "gb-month" => "GB-Months",
        "gib-month" => "GiB-Months",
        "gb" => "GB",
        "gib" => "GiB",
        "token" => "Tokens",
        "thousand-tokens" => "1000 Tokens",
        "million-tokens" => "1000000 Tokens",
        "image" => "Images",
        "character" => "Characters",
        "million-characters" => "1000000 Characters",
        "page" => "Pages",
        "thousand-pages" => "1000 Pages",
        "media-second" => "Seconds",
        "media-minute" => "Minutes",
        // A custom meter's own unit.
        _ => unit,
    };

    /// <summary>What a meter's use is counted in, and how many base units that is.</summary>
    public static (string Unit, long BaseUnits) Consumed(string resource, string meter) => meter switch
    {
        Meters.DeviceTime => (resource.StartsWith("gpu", StringComparison.Ordinal) ? "GPU-Seconds" : "Core-Seconds", 1_000_000),
        Meters.StoredBytes => ("B-Months", 1),
        Meters.SentBytes => ("B", 1),
        _ when TokenType(meter) is not null => ("Tokens", 1),
        Meters.Images or Meters.InputImages => ("Images", 1),
        Meters.InputCharacters or Meters.OutputCharacters => ("Characters", 1),
        Meters.Pages => ("Pages", 1),
        Meters.InputMediaTime or Meters.OutputMediaTime => ("Seconds", 1_000_000),
        _ when Meters.IsCustom(meter) => (meter[Meters.CustomPrefix.Length..], 1),
        _ => ("Requests", 1),
    };

    /// <summary>The class of tokens; null for what is no token.</summary>
    public static string? TokenType(string meter) => meter switch
    {
        Meters.InputTokens => "input",
        Meters.CachedInputTokens => "cached_input",
        Meters.CacheWriteTokens or Meters.LongCacheWriteTokens => "cache_write",
        Meters.ReasoningTokens => "reasoning",
        Meters.OutputTokens => "output",
        _ when !Meters.IsCustom(meter) && meter.EndsWith("-tokens", StringComparison.Ordinal) => meter[..^"-tokens".Length].Replace('-', '_'),
        _ => null,
    };
}
