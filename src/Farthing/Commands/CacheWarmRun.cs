using System.Globalization;
using Farthing.Diffusion.Pipelines;
using Farthing.Doctor;
using Farthing.Rendering.Embeddings;
using Farthing.Terminal;
using Spectre.Console;

namespace Farthing.Commands;

/// <summary><c>farthing cache warm</c></summary>
internal sealed class CacheWarmRun(Host host, EmbeddingOptions options, string model, string data)
{
    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Steps: 1. read the stems, 2. open the store and the model's text encoders, 3. encode in batches what is not kept, 4. say what was done.
    /// </summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(string file, int batch, CancellationToken cancellation)
    {
        // 1
        StemCatalog stems = EmbeddingLine.Load(file);
        foreach ((int number, string problem) in stems.Problems)
        {
            host.Screen.Note($"{Path.GetFileName(file)}, line {number}: {problem}; it is left out.");
        }

        if (options.Place == EmbeddingPlace.Off || options.Place == EmbeddingPlace.Memory)
        {
            throw new UsageException("Nothing would outlive this command. Give --embeddings a folder or a Redis server, or leave it out.");
        }

        // 2
        string folder = DataFolder.At(data).Ensure().Path;
        using EmbeddingCache cache = EmbeddingCache.Open(options, folder, host.Time)!;
        int threads = Environment.ProcessorCount;
        using var prompts = PromptEncoder.Open(model);
        var warmer = new EmbeddingWarmer(cache, prompts, model, threads);
        using var signals = new StopSignals(host.Screen.Note);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Token);

        // 3
        long begin = host.Time.GetTimestamp();
        WarmResult result = host.Screen.IsLive
            ? await LiveAsync(warmer, stems.Scenes, batch, stop.Token)
            : Lines(warmer, stems.Scenes, batch, stop.Token);
        foreach (string warning in cache.TakeWarnings())
        {
            host.Screen.Note(warning);
        }

        // 4
        TimeSpan took = host.Time.GetElapsedTime(begin);
        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{stems.Stems} stems are {stems.Scenes.Count} scene texts: {result.Kept} were kept, {result.Encoded} encoded in {took.TotalSeconds:0.0} s ({Bytes.Text(result.Bytes)})."));
        if (result.IsStoreFailing)
        {
            host.Screen.Note("The store could not keep all of it. Mend it as said above and start again: what is kept is passed over.");
            return ExitCodes.Partial;
        }

        if (stop.IsCancellationRequested)
        {
            host.Screen.Note("Cancelled. The same command again goes on where it stopped.");
            return ExitCodes.Cancelled;
        }

        return stems.Problems.Count > 0 ? ExitCodes.Partial : ExitCodes.Done;
    }

    private WarmResult Lines(EmbeddingWarmer warmer, IReadOnlyList<string> scenes, int batch, CancellationToken cancellation)
    {
        long last = host.Time.GetTimestamp();
        return warmer.Run(
            scenes,
            batch,
            done =>
            {
                if (host.Time.GetElapsedTime(last) >= LinePause)
                {
                    last = host.Time.GetTimestamp();
                    host.Screen.Note($"{done}/{scenes.Count} texts");
                }
            },
            cancellation);
    }

    private Task<WarmResult> LiveAsync(EmbeddingWarmer warmer, IReadOnlyList<string> scenes, int batch, CancellationToken cancellation) =>
        host.Screen.Notes.Progress().StartAsync(progress =>
        {
            ProgressTask bar = progress.AddTask("texts", maxValue: scenes.Count);
            return Task.Run(() => warmer.Run(scenes, batch, done => bar.Value = done, cancellation), CancellationToken.None);
        });
}
