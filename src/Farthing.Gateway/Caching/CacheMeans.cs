using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Gateway.Caching;

/// <summary>What the caches have from the process they run in.</summary>
/// <param name="Answers">The answers.</param>
public sealed record CacheMeans(AnswerCache Answers)
{
    /// <summary>The embedder of this machine; null where there is none, so that only the exact cache works unless a provider embeds.</summary>
    public ITextEmbedder? Embedder { get; init; }

    /// <summary>The guards; null where there are none, and then nothing is served by its meaning.</summary>
    public GuardSet? Guards { get; init; }
}

/// <summary>How often the caches did what, since the process began.</summary>
/// <param name="tally">Hears of all of it, for the store; null for nobody.</param>
public sealed class CacheCounts(CacheTally? tally = null)
{
    private readonly long[] _counts = new long[5];

    /// <summary>Calls that the exact cache answered.</summary>
    public long Exact => Interlocked.Read(ref _counts[0]);

    /// <summary>Calls that the semantic cache answered.</summary>
    public long Semantic => Interlocked.Read(ref _counts[1]);

    /// <summary>Calls that neither answered.</summary>
    public long Misses => Interlocked.Read(ref _counts[2]);

    /// <summary>Candidates that the guard refused.</summary>
    public long Refused => Interlocked.Read(ref _counts[3]);

    /// <summary>Calls that would have been answered, had the caches not only watched.</summary>
    public long Shadow => Interlocked.Read(ref _counts[4]);

    internal void Add(CacheWord word)
    {
        var at = word switch { CacheWord.Exact => 0, CacheWord.Semantic => 1, CacheWord.Miss => 2, CacheWord.Shadow => 4, _ => -1 };
        if (at >= 0)
        {
            Interlocked.Increment(ref _counts[at]);
            tally?.Add(word.ToString().ToLowerInvariant());
        }
    }

    internal void AddRefused(GuardVerdict verdict)
    {
        Interlocked.Increment(ref _counts[3]);
        tally?.Add(CacheTally.Refused + (verdict with { Detail = "" }));
    }
}
