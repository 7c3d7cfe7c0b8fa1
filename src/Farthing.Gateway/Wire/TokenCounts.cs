namespace Farthing.Gateway.Wire;

/// <summary>The tokens of one attempt by class. No token is in two of them.</summary>
/// <param name="Input">Of the prompt, answered by no cache.</param>
/// <param name="CachedInput">Of the prompt, read from the provider's cache.</param>
/// <param name="CacheWrite">Of the prompt, written to the provider's cache for its usual time.</param>
/// <param name="CacheWriteHour">Of the prompt, written to the provider's cache for an hour.</param>
/// <param name="Output">Generated, without reasoning.</param>
/// <param name="Reasoning">Generated while reasoning.</param>
public readonly record struct TokenCounts(long Input, long CachedInput, long CacheWrite, long CacheWriteHour, long Output, long Reasoning)
{
    /// <summary>Class by class.</summary>
    public static TokenCounts operator +(TokenCounts a, TokenCounts b) => new(
        a.Input + b.Input,
        a.CachedInput + b.CachedInput,
        a.CacheWrite + b.CacheWrite,
        a.CacheWriteHour + b.CacheWriteHour,
        a.Output + b.Output,
        a.Reasoning + b.Reasoning);

    /// <summary>All of them together.</summary>
    public long Total => Input + CachedInput + CacheWrite + CacheWriteHour + Output + Reasoning;
}
