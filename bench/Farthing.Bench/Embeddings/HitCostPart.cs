using System.Diagnostics;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>What a hit costs, from a text to its states, in microseconds.</summary>
internal readonly record struct HitCost(double Median, double P99)
{
    public static HitCost Of(List<double> times)
    {
        times.Sort();
        return new HitCost(times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    public override string ToString() => $"p50 {Median:F1} µs, p99 {P99:F1} µs";
}

/// <summary>Measures hits one by one, after enough of them that the code is compiled.</summary>
internal static class HitCostPart
{
    private const int WarmUp = 3000, Counted = 5000;

    /// <summary>Hits from memory.</summary>
    public static HitCost Memory(ITextEncoders encoders, IReadOnlyList<string> texts)
    {
        using var cache = new EmbeddingCache(new EmbeddingOptions { MemoryMiB = 1024 }, null, TimeProvider.System);
        return Measure(new ModelEmbeddings(cache, encoders), texts);
    }

    /// <summary>Hits from a store, with no memory before it.</summary>
    public static HitCost Store(ITextEncoders encoders, IReadOnlyList<string> texts, EmbeddingOptions options, string folder)
    {
        using var cache = EmbeddingCache.Open(options with { MemoryMiB = 0 }, folder, TimeProvider.System)!;
        var model = new ModelEmbeddings(cache, encoders);
        var cost = Measure(model, texts);
        return cache.TakeWarnings() is [] ? cost : throw new InvalidOperationException("the store failed in between");
    }

    private static HitCost Measure(ModelEmbeddings model, IReadOnlyList<string> texts)
    {
        foreach (string text in texts)
        {
            model.Find([text], 1);
        }

        List<double> times = new(Counted);
        for (int i = 0; i < WarmUp + Counted; i++)
        {
            string text = texts[i % texts.Count];
            long begin = Stopwatch.GetTimestamp();
            var found = model.Find([text], 1);
            double took = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
            if (found[0].Saved.Count != model.Encoders.Encoders.Count)
            {
                throw new InvalidOperationException("not a hit");
            }

            if (i >= WarmUp)
            {
                times.Add(took);
            }
        }

        return HitCost.Of(times);
    }
}
