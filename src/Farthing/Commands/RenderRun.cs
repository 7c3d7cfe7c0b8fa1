using Farthing.Configuration;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Workers;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary>Renders what a command line asks for, and prints the bill.</summary>
internal sealed class RenderRun(Host host, RenderLine line)
{
    /// <summary>
    /// Steps: 1. read the manifest, the configuration and the prices, before anything is made, 2. open the ledger, 3. render with
    /// progress, 4. print the bill from the ledger.
    /// </summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // 1
        Manifest manifest = line.Prompt ?? ManifestReader.ReadFile(line.Source);
        foreach (string warning in manifest.Warnings)
        {
            host.Screen.Note(RunLines.Warned("", warning));
        }

        FarthingConfiguration configuration =
            line.Precision.Config is { } path ? FarthingConfiguration.Load(path) : FarthingConfiguration.Default;
        foreach (string warning in configuration.Warnings)
        {
            host.Screen.Note(RunLines.Warned("", warning));
        }

        EmbeddingOptions embeddings = line.Embeddings.Settle(configuration.Embeddings);
        StemCatalog? stems = EmbeddingLine.LoadStems(embeddings, warning => host.Screen.Note(RunLines.Warned("", warning)));
        PriceBook? chosen = LoadPrices();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        ICaptioner captioner = line.Caption.Open(http, host.Time);

        // 2
        DataFolder data = host.Places.Folder(line.Data);
        if (!data.IsFile)
        {
            // A render tells dead leases by file locks, which say nothing about other machines.
            throw new UsageException($"A render books into the file in its data folder. Unset {Places.LedgerVariable} for it, and import its usage there if it is wanted.");
        }

        data.Ensure();
        using LedgerStore file = data.OpenLedger();
        PriceBook prices = new PriceStore(file, host.Time).Layered(chosen);
        using Journal journal = Journal.Open(file, prices);
        using EmbeddingCache? cache = EmbeddingCache.Open(embeddings, data.Path, host.Time);

        // 3
        using var signals = new StopSignals(host.Screen.Note);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Token);
        RenderSummary summary = await WatchAsync(
            observer => new RenderCampaign
            {
                Source = line.Source,
                Manifest = manifest,
                Settings = line.Settings with
                {
                    Precision = line.Precision.Settle(configuration, data.PublicKey()),
                    RoundsTextStates = cache is not null && embeddings.Storage == EmbeddingStorage.Fp16,
                    Stems = stems?.Hash ?? "",
                },
                DataFolder = data.Path,
                File = file,
                Journal = journal,
                Prices = prices,
                Captioner = captioner,
                Embeddings = cache,
                Stems = stems,
                Observer = observer,
                Time = host.Time,
            },
            stop.Token);

        // 4
        StageReport report = new CostReports(file).Build(new ReportQuery { RunId = summary.RunId });
        BillView.Print(host.Screen, report, summary, line.Settings.OutputFolder, line.Json);
        return summary switch
        {
            { Cancelled: true } => ExitCodes.Cancelled,
            { Failures.Count: > 0 } => ExitCodes.Partial,
            _ => ExitCodes.Done,
        };
    }

    private async Task<RenderSummary> WatchAsync(Func<IRenderObserver, RenderCampaign> campaign, CancellationToken cancellation)
    {
        if (!host.Screen.IsLive)
        {
            return await campaign(new ProgressLines(host.Screen.Note, host.Time)).RunAsync(cancellation);
        }

        // The display draws here while the campaign runs on its own threads.
        var board = new RunBoard(host.Time);
        Task<RenderSummary> run = Task.Run(() => campaign(board).RunAsync(cancellation), CancellationToken.None);
        await LiveProgress.ShowAsync(host.Screen.Notes, board, run, host.Time);
        return await run;
    }

    private PriceBook? LoadPrices()
    {
        try
        {
            return line.Prices is { } path ? PriceBook.Load(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prices '{line.Prices}' can't be read: {e.Message}");
        }
    }
}
