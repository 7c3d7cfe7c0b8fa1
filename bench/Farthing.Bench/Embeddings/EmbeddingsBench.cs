using System.Diagnostics;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Manifests;

namespace Farthing.Bench.Embeddings;

/// <summary>The text-embedding cache: hit rate over two weeks, what a hit costs, what entries take, what it saves and what it changes.</summary>
internal sealed class EmbeddingsBench(EmbeddingsOptions options, TextWriter output)
{
    private const double AskedHitRate = 0.91;
    private const double AskedMemory = 50, AskedRedis = 1000;

    private static readonly double[] MemoryShares = [0.02, 0.05, 0.1, 0.25, 0.5];
    private static readonly double[] OddShares = [0, 0.04];

    private readonly List<(string Name, string Asked, string Measured, bool? Reached)> _rows = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-bench-").FullName;

    public async Task RunAsync()
    {
        try
        {
            var stems = StemCatalog.Load(Path.Combine(Path.GetDirectoryName(RendersOptions.Manifest)!, "stems.txt"));
            string[] scenes = [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(RendersOptions.Manifest)!, "stems.txt")).Select(static stem => "an empty scene " + stem)];
            using var pipeline = DiffusionPipeline.Load(RendersOptions.DemoModel, new PipelineOptions { Execution = new ExecutionOptions { ThreadsPerRun = 1 } });
            var demo = new ModelTextEncoders(pipeline.Prompts, RendersOptions.DemoModel);
            output.WriteLine($"{Environment.ProcessorCount} cores; traffic: {options.PerDay} renders a day for {EmbeddingsOptions.Days} days, Zipf's exponent {options.Exponent} over {scenes.Length} stems, seed {EmbeddingsOptions.Seed}");
            var result = HitRates(pipeline.Prompts.Encoders, demo, scenes, stems.Scenes);
            Policies(scenes);
            HitCosts(demo, scenes);
            SizePart.Run(pipeline.Prompts, [.. stems.Scenes.Take(200)], output);
            PicturePart.Run(pipeline, [.. stems.Scenes.Take(8)], demo, output);
            await CostsAsync(demo, scenes, result.HitRate);
            Write();
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private TrafficResult HitRates(IReadOnlyList<TextEncoderInfo> shapes, ITextEncoders tokens, string[] scenes, IReadOnlyList<string> canonical)
    {
        output.WriteLine();
        output.WriteLine($"hit rate in {EmbeddingsOptions.Days} days from an empty cache: 256 MiB of memory, then SQLite; the process starts anew every day");
        output.WriteLine($"  {"traffic",-62}{"renders",-10}{"hit rate",-10}{"last day",-10}{"by the store",-14}store");
        TrafficResult Show(string name, IReadOnlyList<string> texts, double exponent, int perDay, double odd)
        {
            var result = TrafficPart.Run(shapes, tokens, new Traffic(texts, exponent, perDay, odd, EmbeddingsOptions.Seed), EmbeddingOptions.DefaultMemoryMiB);
            output.WriteLine($"  {name,-62}{result.Renders,-10}{result.HitRate,-10:P1}{result.LastDay,-10:P1}{result.StoreShare,-14:P1}{result.Bytes / 1e6:F0} MB");
            return result;
        }

        var asked = Show("as above, every stem a text of its own", scenes, options.Exponent, options.PerDay, 0);
        Show($"the same, stems as the template captioner writes them ({canonical.Count})", canonical, options.Exponent, options.PerDay, 0);
        Show("the same, 4% of the texts asked for only once", scenes, options.Exponent, options.PerDay, 0.04);
        Show("exponent 0.8", scenes, 0.8, options.PerDay, 0);
        Show("a fifth of the renders", scenes, options.Exponent, options.PerDay / 5, 0);
        _rows.Add(("hit rate over two weeks", $"≥ {AskedHitRate:P0}", $"{asked.HitRate:P1} (last day {asked.LastDay:P1})", asked.HitRate >= AskedHitRate));
        return asked;
    }

    private void Policies(string[] scenes)
    {
        output.WriteLine();
        output.WriteLine("the memory tier alone, by its size: W-TinyLFU / plain LRU");
        foreach (double odd in OddShares)
        {
            var traffic = new Traffic(scenes, options.Exponent, options.PerDay, odd, EmbeddingsOptions.Seed);
            var rates = MemoryShares.Select(share => (share, PolicyPart.Run(traffic, share, scenes.Length)));
            output.WriteLine($"  {(odd > 0 ? "4% asked for once" : "stems alone"),-20}{string.Join("   ", rates.Select(r => $"{r.share:P0} of the stems: {r.Item2.TinyLfu:P1} / {r.Item2.Lru:P1}"))}");
        }
    }

    private void HitCosts(ModelTextEncoders demo, string[] scenes)
    {
        string[] texts = [.. scenes.Take(200)];
        var memory = HitCostPart.Memory(demo, texts);
        _rows.Add(("a hit from memory, the demo's encoders", $"< {AskedMemory} µs", memory.ToString(), memory.Median < AskedMemory));
        _rows.Add(("a hit from memory, SDXL's shapes", "", HitCostPart.Memory(CountingEncoders.Sdxl(), texts).ToString(), null));
        _rows.Add(("a hit from SQLite", "", HitCostPart.Store(demo, texts, new EmbeddingOptions(), _folder).ToString(), null));
        using var redis = RedisProcess.TryStart();
        if (redis is null)
        {
            _rows.Add(("a hit from Redis on loopback", $"< {AskedRedis / 1000} ms", "redis-server is not installed", false));
            return;
        }

        var place = new EmbeddingOptions { Place = new EmbeddingPlace.Redis(RedisAddress.Parse(redis.Address)) };
        var cost = HitCostPart.Store(demo, texts, place, _folder);
        _rows.Add(("a hit from Redis on loopback", $"< {AskedRedis / 1000} ms", cost.ToString(), cost.Median < AskedRedis));
        _rows.Add(("a hit from Redis, compressed", "", HitCostPart.Store(demo, texts, place with { Compress = true, Storage = EmbeddingStorage.Fp16 }, _folder).ToString(), null));
    }

    private async Task CostsAsync(ModelTextEncoders demo, string[] scenes, double hitRate)
    {
        // The real encoders under the same traffic, shortened: what a render's texts cost on this machine.
        using (var cache = new EmbeddingCache(new EmbeddingOptions(), null, TimeProvider.System))
        {
            var model = new ModelEmbeddings(cache, demo);
            long begin = Stopwatch.GetTimestamp();
            int texts = 0;
            foreach (var batch in new Traffic(scenes, options.Exponent, 400, 0, EmbeddingsOptions.Seed).Days(1).Chunk(4))
            {
                model.Find([.. batch.Select(d => d.Text)], 1);
                texts += batch.Length;
            }

            double cached = Stopwatch.GetElapsedTime(begin).TotalMilliseconds / texts;
            begin = Stopwatch.GetTimestamp();
            foreach (string[] batch in scenes.Take(100).Chunk(4))
            {
                foreach (int encoder in Enumerable.Range(0, demo.Encoders.Count))
                {
                    demo.Encode(encoder, [.. batch.Select(text => demo.Tokenize(text)[encoder])]);
                }
            }

            double encoded = Stopwatch.GetElapsedTime(begin).TotalMilliseconds / 100;
            output.WriteLine();
            output.WriteLine($"the demo's encoders, one thread, four texts a run: {encoded:F2} ms a text without the cache; {cached:F2} ms in the first {texts} renders of that traffic ({1 - ((double)model.Counts.Misses / model.Counts.Lookups):P1} hits)");
        }

        var whole = ManifestReader.ReadFile(RendersOptions.Manifest);
        var manifest = whole with { Rows = [.. whole.Rows.Take(options.Rows)] };
        using var kept = EmbeddingCache.Open(new EmbeddingOptions(), _folder + "/kept", TimeProvider.System)!;
        await CampaignPart.RunAsync(_folder, "warm-up", manifest, null);
        var off = await CampaignPart.RunAsync(_folder, "off", manifest, null);
        await CampaignPart.RunAsync(_folder, "cold", manifest, kept);
        var warm = await CampaignPart.RunAsync(_folder, "warm", manifest, kept);

        // At the traffic's hit rate, from the two campaigns that were measured.
        double text = (hitRate * warm.Text) + ((1 - hitRate) * off.Text);
        double share = text / (off.Total - off.Text + text);
        output.WriteLine($"campaigns of {manifest.Rows.Count} rows, text encoders a render, marginal basis: {off.Text:F0} of {off.Total:F0} units of 1e-12 USD without the cache, {warm.Text:F0} of {warm.Total:F0} where all is found");
        _rows.Add(("text encoders' share of the cost, before", "", $"{off.Share:P2}", null));
        _rows.Add(("the same, all found", "", $"{warm.Share:P2}", warm.Text < off.Text));
        _rows.Add(($"the same, at the hit rate of {hitRate:P1}", "falls", $"{share:P2}", share < off.Share));
    }

    private void Write()
    {
        output.WriteLine();
        output.WriteLine($"  {"measure",-46}{"asked",-12}{"measured",-44}reached");
        foreach (var (name, asked, measured, reached) in _rows)
        {
            output.WriteLine($"  {name,-46}{asked,-12}{measured,-44}{reached switch { true => "yes", false => "no", null => "" }}".TrimEnd());
        }
    }
}
