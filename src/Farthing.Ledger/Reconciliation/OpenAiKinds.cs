using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Reconciliation;

/// <summary>What OpenAI's cost export says after a model's name, such as <c>cached input</c>, as the ledger's meters.</summary>
internal static class OpenAiKinds
{
    private static readonly char[] Gaps = [' ', '_', '-'];

    /// <summary>The meter of a kind of tokens, whatever the order of its words; the kind itself where the ledger has no meter for it.</summary>
    public static string MeterOf(string kind)
    {
        var words = kind.ToLowerInvariant().Split(Gaps, StringSplitOptions.RemoveEmptyEntries).Where(static word => word is not ("text" or "tokens"));
        return string.Join(' ', words.Order(StringComparer.Ordinal)) switch
        {
            "input" => Meters.InputTokens,
            "cached input" => Meters.CachedInputTokens,
            "cache write" or "cache input write" => Meters.CacheWriteTokens,
            "output" => Meters.OutputTokens,
            "audio input" => Meters.InputAudioTokens,
            "audio cached input" => Meters.CachedInputAudioTokens,
            "audio output" => Meters.OutputAudioTokens,
            "image input" => Meters.InputImageTokens,
            "image output" => Meters.OutputImageTokens,
            _ => kind,
        };
    }
}
