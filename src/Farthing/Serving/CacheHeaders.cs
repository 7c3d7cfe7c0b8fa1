using System.Globalization;
using System.Text.RegularExpressions;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>What a client says to the caches in its headers, in the gateway's words and in Bifrost's, and what they say to it.</summary>
internal static partial class CacheHeaders
{
    private const int MaxName = 200;
    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(3660);

    /// <summary>Reads the headers.</summary>
    /// <returns>What is wrong with them; null where nothing is.</returns>
    public static GatewayError? Read(HttpRequest request, out CacheOrder order)
    {
        order = CacheOrder.Default;
        IHeaderDictionary headers = request.Headers;
        return ReadWord(headers, ref order) ?? ReadType(headers, ref order) ?? ReadNoStore(headers, ref order)
            ?? ReadThreshold(headers, "x-bf-cache-threshold", ref order) ?? ReadThreshold(headers, "x-farthing-cache-threshold", ref order)
            ?? ReadTtl(headers, ref order) ?? ReadName(headers, ref order);
    }

    /// <summary>Says what came of it.</summary>
    public static void Write(HttpResponse response, CacheOutcome outcome)
    {
        response.Headers["x-farthing-cache"] = Text(outcome.Word);
        if (outcome.Similarity is { } similarity)
        {
            response.Headers["x-farthing-similarity"] = similarity.ToString("0.0000", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A word as headers and metrics have it.</summary>
    public static string Text(CacheWord word) => word switch
    {
        CacheWord.Miss => "miss",
        CacheWord.Exact => "exact",
        CacheWord.Semantic => "semantic",
        CacheWord.Shadow => "shadow",
        _ => "off",
    };

    private static GatewayError? ReadWord(IHeaderDictionary headers, ref CacheOrder order)
    {
        if (Text(headers, "x-farthing-cache") is not { } word)
        {
            return null;
        }

        CacheOrder? meant = word.ToLowerInvariant() switch
        {
            "off" => CacheOrder.Off,
            "read-only" => order with { Stores = false },
            "refresh" => order with { ReadsExact = false, ReadsSemantic = false },
            "only-exact" => order with { ReadsSemantic = false, StoresSemantic = false },
            _ => null,
        };
        order = meant ?? order;
        return meant is null ? Fault("x-farthing-cache", "must be one of off, read-only, refresh, only-exact") : null;
    }

    private static GatewayError? ReadType(IHeaderDictionary headers, ref CacheOrder order)
    {
        switch (Text(headers, "x-bf-cache-type")?.ToLowerInvariant())
        {
            case null:
                return null;
            case "direct":
                order = order with { ReadsSemantic = false, StoresSemantic = false };
                return null;
            case "semantic":
                order = order with { ReadsExact = false };
                return null;
            default:
                return Fault("x-bf-cache-type", "must be direct or semantic");
        }
    }

    private static GatewayError? ReadNoStore(IHeaderDictionary headers, ref CacheOrder order)
    {
        switch (Text(headers, "x-bf-cache-no-store")?.ToLowerInvariant())
        {
            case null or "false":
                return null;
            case "true":
                order = order with { Stores = false };
                return null;
            default:
                return Fault("x-bf-cache-no-store", "must be true or false");
        }
    }

    private static GatewayError? ReadThreshold(IHeaderDictionary headers, string name, ref CacheOrder order)
    {
        if (Text(headers, name) is not { } text)
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double threshold) || threshold is not (>= 0 and <= 1))
        {
            return Fault(name, "must be a number from 0 to 1, such as 0.94");
        }

        order = order with { Threshold = threshold };
        return null;
    }

    private static GatewayError? ReadTtl(IHeaderDictionary headers, ref CacheOrder order)
    {
        if (Text(headers, "x-bf-cache-ttl") is not { } text)
        {
            return null;
        }

        if (Duration(text) is not { } ttl || ttl < TimeSpan.FromSeconds(1) || ttl > LongestTtl)
        {
            return Fault("x-bf-cache-ttl", "must be seconds, or a time such as 30s, 5m or 1h30m, from a second to ten years");
        }

        order = order with { Ttl = ttl };
        return null;
    }

    private static GatewayError? ReadName(IHeaderDictionary headers, ref CacheOrder order)
    {
        if (Text(headers, "x-bf-cache-key") is not { } name)
        {
            return null;
        }

        if (name.Length is 0 or > MaxName)
        {
            return Fault("x-bf-cache-key", $"must have 1 to {MaxName} characters");
        }

        order = order with { Name = name };
        return null;
    }

    private static TimeSpan? Duration(string text)
    {
        if (text.Length > 20)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Match match = Times().Match(text);
        return !match.Success || text.Length == 0 ? null
            : TimeSpan.FromHours(Part(match, 1)) + TimeSpan.FromMinutes(Part(match, 2)) + TimeSpan.FromSeconds(Part(match, 3)) + TimeSpan.FromMilliseconds(Part(match, 4));
    }

    private static int Part(Match match, int group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    private static string? Text(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var value) ? value.ToString().Trim() : null;

    private static GatewayError Fault(string header, string rule) => new(400, "bad_cache_header", $"The header {header} {rule}.");

    [GeneratedRegex("^(?:([0-9]{1,7})h)?(?:([0-9]{1,7})m)?(?:([0-9]{1,7})s)?(?:([0-9]{1,7})ms)?$")]
    private static partial Regex Times();
}
