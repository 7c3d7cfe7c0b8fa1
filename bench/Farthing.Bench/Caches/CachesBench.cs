using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Farthing.Diffusion.Embeddings;
using Farthing.Gateway.Caching;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Bench.Caches;

/// <summary>The gateway's caches: a lookup among many entries, their memory, and semantic hits through a whole server.</summary>
internal static class CachesBench
{
    private const int Lookups = 400;
    private static readonly CacheKey Scope = CacheKey.Of("scope"u8);

    public static async Task RunAsync(string[] arguments)
    {
        if (arguments is ["memory", ..])
        {
            Memory(1_000_000);
            return;
        }

        string model = "models/all-MiniLM-L6-v2";
        var problems = new List<string>();
        string[] texts = [.. CaptionPairs.Read(File.ReadLines("samples/caption-pairs/dev.jsonl"), problems).SelectMany(static pair => new[] { pair.A, pair.B }).Distinct(StringComparer.Ordinal).Take(4_000)];
        using (SentenceEmbedder embedder = SentenceEmbedder.Load(model))
        {
            Console.WriteLine($"embedding {texts.Length} texts of samples/caption-pairs/dev.jsonl");
            float[][] points = [.. texts.AsParallel().AsOrdered().Select(text => embedder.Embed(text).Values)];
            Lookup(points, 100_000);
        }

        using Process child = Process.Start(SelfProcess.Child(["caches", "memory"]))!;
        Console.Write(await child.StandardOutput.ReadToEndAsync());
        await child.WaitForExitAsync();
        await HitsBench.RunAsync(model, texts);
    }

    /// <summary>Entries around real captions: each lies between two of them, so that they are as near to each other as captions are.</summary>
    private static void Lookup(float[][] points, int count)
    {
        using var index = new VectorIndex(count, TimeProvider.System);
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            index.Add(new CacheKey((ulong)i, 0, 0, 0), Meaning(Between(points, random), "Describe a red mug on a white table."), DateTimeOffset.MaxValue);
        }

        foreach (double threshold in (double[])[0.94, 0.8])
        {
            double[] times = new double[Lookups];
            long found = 0;
            for (int i = -20; i < Lookups; i++)
            {
                float[] query = points[random.Next(points.Length)];
                long start = Stopwatch.GetTimestamp();
                int near = index.Find(Scope, query, threshold, 16).Count;
                if (i >= 0)
                {
                    times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    found += near;
                }
            }

            Array.Sort(times);
            Line($"lookup among {count:N0} entries of one scope, threshold {threshold}, p50", "< 1 ms", $"{times[Lookups / 2]:0.000} ms", times[Lookups / 2] < 1);
            Line($"  p95 ({(double)found / Lookups:0.0} candidates a lookup)", "< 1 ms", $"{times[Lookups * 95 / 100]:0.000} ms", times[Lookups * 95 / 100] < 1);
        }
    }

    private static void Memory(int count)
    {
        using var index = new VectorIndex(count, TimeProvider.System);
        var random = new Random(1);
        float[] values = new float[384];
        for (int i = 0; i < count; i++)
        {
            for (int at = 0; at < values.Length; at++)
            {
                values[at] = random.NextSingle() - 0.5f;
            }

            index.Add(new CacheKey((ulong)i, 1, 2, 3), Meaning(values, $"Write a caption for a photo of a navy dress without belt, size {i}, on a white background"), DateTimeOffset.MaxValue);
        }

        GC.Collect();
        double held = GC.GetTotalMemory(forceFullCollection: true) / 1e9, peak = SelfProcess.PeakResident() / 1e9;
        Line($"{index.Count:N0} entries in memory, heap", "< 2 GB", $"{held:0.00} GB", held < 2);
        Line("  the process's peak while they are added", "< 2 GB", $"{peak:0.00} GB", peak < 2);
    }

    internal static void Line(string what, string asked, string measured, bool reached) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-74} asked {asked,-10} measured {measured,-12} {(reached ? "reached" : "NOT reached")}"));

    private static AnswerMeaning Meaning(float[] values, string text) => new(Scope, text, new TextVector(values, EmbeddedText.Whole));

    private static float[] Between(float[][] points, Random random)
    {
        float[] values = new float[384];
        TensorPrimitives.MultiplyAdd(points[random.Next(points.Length)], 0.5f + random.NextSingle(), points[random.Next(points.Length)], values);
        TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        return values;
    }
}
