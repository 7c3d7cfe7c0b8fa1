using System.Text.Json.Serialization;

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
    /// <summary>Sound in the prompt, answered by no cache.</summary>
    public long InputAudio { get; init; }

    /// <summary>Sound in the prompt, read from the provider's cache.</summary>
    public long CachedInputAudio { get; init; }

    /// <summary>Sound that was generated.</summary>
    public long OutputAudio { get; init; }

    /// <summary>Pictures that were generated.</summary>
    public long OutputImage { get; init; }

    /// <summary>All of the prompt.</summary>
    [JsonIgnore]
    public long Prompt => Input + CachedInput + CacheWrite + CacheWriteHour + InputAudio + CachedInputAudio;

    /// <summary>All that was generated.</summary>
    [JsonIgnore]
    public long Completion => Output + Reasoning + OutputAudio + OutputImage;

    /// <summary>All of them together.</summary>
    [JsonIgnore]
    public long Total => Prompt + Completion;

    /// <summary>Class by class.</summary>
    public static TokenCounts operator +(TokenCounts a, TokenCounts b) => new(
        a.Input + b.Input,
        a.CachedInput + b.CachedInput,
        a.CacheWrite + b.CacheWrite,
        a.CacheWriteHour + b.CacheWriteHour,
        a.Output + b.Output,
        a.Reasoning + b.Reasoning)
    {
        InputAudio = a.InputAudio + b.InputAudio,
        CachedInputAudio = a.CachedInputAudio + b.CachedInputAudio,
        OutputAudio = a.OutputAudio + b.OutputAudio,
        OutputImage = a.OutputImage + b.OutputImage,
    };
}
