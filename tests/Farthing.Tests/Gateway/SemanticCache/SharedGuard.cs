using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>The guard with its built-in lists, and the labelled pairs, read once.</summary>
internal static class SharedGuard
{
    private static readonly Lazy<IReadOnlyList<CaptionPair>> DevPairs = new(static () => Read("dev.jsonl"));
    private static readonly Lazy<IReadOnlyList<CaptionPair>> SecondPairs = new(static () => Read("second.jsonl"));
    private static readonly Lazy<IReadOnlyList<CaptionPair>> ThirdPairs = new(static () => Read("third.jsonl"));
    private static readonly Lazy<IReadOnlyList<CaptionPair>> TradingPairs = new(static () => [.. Read("fifth.jsonl"), .. Read("sixth.jsonl")]);

    private static readonly Lazy<IReadOnlyList<CaptionPair>> SeventhPairs = new(static () => Read("seventh.jsonl"));
    private static readonly Lazy<IReadOnlyList<CaptionPair>> EighthPairs = new(static () => Read("eighth.jsonl"));

    private static readonly Lazy<IReadOnlyList<CaptionPair>> NinthPairs = new(static () => Read("ninth.jsonl"));

    private static readonly Lazy<IReadOnlyList<CaptionPair>> TenthPairs = new(static () => Read("tenth.jsonl"));

    public static CaptionGuard Guard { get; } = new(GuardLists.Default);

    public static IReadOnlyList<CaptionPair> Dev => DevPairs.Value;

    public static IReadOnlyList<CaptionPair> Second => SecondPairs.Value;

    public static IReadOnlyList<CaptionPair> Third => ThirdPairs.Value;

    /// <summary>Things that trade what is said of them.</summary>
    public static IReadOnlyList<CaptionPair> Trading => TradingPairs.Value;

    /// <summary>Requests of many forms.</summary>
    public static IReadOnlyList<CaptionPair> Seventh => SeventhPairs.Value;

    /// <summary>Other products in the manner of the development set.</summary>
    public static IReadOnlyList<CaptionPair> Eighth => EighthPairs.Value;

    /// <summary>Other trades in short and long sentences.</summary>
    public static IReadOnlyList<CaptionPair> Ninth => NinthPairs.Value;

    /// <summary>Other goods, makers and sentences, with pairs by hand.</summary>
    public static IReadOnlyList<CaptionPair> Tenth => TenthPairs.Value;

    private static List<CaptionPair> Read(string name)
    {
        var problems = new List<string>();
        List<CaptionPair> pairs = CaptionPairs.Read(File.ReadLines(Path.Combine(Golden.RepositoryRoot, "samples", "caption-pairs", name)), problems);
        Assert.Empty(problems);
        return pairs;
    }
}
