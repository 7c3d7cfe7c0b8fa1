using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>What two weeks of traffic gave.</summary>
/// <param name="Renders">Renders.</param>
/// <param name="HitRate">Share of all texts whose embedding was found.</param>
/// <param name="LastDay">The same of the last day.</param>
/// <param name="StoreShare">Share of all lookups that the store answered.</param>
/// <param name="Bytes">Bytes in the store at the end.</param>
internal sealed record TrafficResult(int Renders, double HitRate, double LastDay, double StoreShare, long Bytes);

/// <summary>Two weeks through the real cache, memory and SQLite, with encoders that only count. The process starts anew every day.</summary>
internal static class TrafficPart
{
    public static TrafficResult Run(IReadOnlyList<TextEncoderInfo> shapes, ITextEncoders tokens, Traffic traffic, int memoryMiB)
    {
        string folder = Directory.CreateTempSubdirectory("farthing-bench-").FullName;
        var clock = new StepClock();
        var encoders = new CountingEncoders(shapes, tokens);
        var options = new EmbeddingOptions { MemoryMiB = memoryMiB };
        EmbeddingCache? cache = null;
        ModelEmbeddings? model = null;
        var total = CacheCounts.Zero;
        var lastDay = CacheCounts.Zero;
        int renders = 0, day = -1;
        try
        {
            foreach (var demand in traffic.Days(EmbeddingsOptions.Days))
            {
                int now = (int)(demand.At - Traffic.Start).TotalDays;
                if (now != day)
                {
                    total += model?.Counts ?? CacheCounts.Zero;
                    cache?.Dispose();
                    cache = EmbeddingCache.Open(options, folder, clock)!;
                    model = new ModelEmbeddings(cache, encoders);
                    day = now;
                }

                clock.Now = demand.At;
                model!.Find([demand.Text], 1);
                renders++;
            }

            lastDay = model!.Counts;
            total += lastDay;
            cache!.Dispose();
            using var store = SqliteEmbeddingStore.Open(folder, long.MaxValue, options.Ttl, clock, static _ => { });
            return new TrafficResult(renders, Rate(total), Rate(lastDay), (double)total.StoreHits / total.Lookups, store.Statistics().Sum(s => s.Bytes));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Rate(CacheCounts counts) => 1 - ((double)counts.Misses / counts.Lookups);
}
