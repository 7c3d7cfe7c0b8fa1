namespace Farthing.Gateway.Translation;

/// <summary>
/// The tokens of one answer, classes without overlap: what each is priced by. Sources: OpenAI's <c>usage</c> (whose prompt tokens
/// contain cached and written ones, and completion tokens the reasoning ones) and Anthropic's (whose input tokens contain neither).
/// </summary>
/// <param name="Input">Read anew.</param>
/// <param name="CachedInput">Read from the provider's prompt cache.</param>
/// <param name="CacheWrite">Written to it.</param>
/// <param name="Output">Written, thinking excepted.</param>
/// <param name="Reasoning">Thought.</param>
public readonly record struct TokenUsage(long Input, long CachedInput, long CacheWrite, long Output, long Reasoning)
{
    /// <summary>All that was read.</summary>
    public long Prompt => Input + CachedInput + CacheWrite;

    /// <summary>All that was written.</summary>
    public long Completion => Output + Reasoning;
}
