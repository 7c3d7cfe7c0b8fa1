using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;

namespace Farthing.Rendering.Workers;

/// <summary>Renders a manifest's rows on this machine and books what each used.</summary>
public sealed class RenderCampaign
{
    /// <summary>Name of a run's scope: the manifest's full path, or the prompt.</summary>
    public required string Source { get; init; }

    /// <summary>The rows.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>What holds for all rows.</summary>
    public required RenderSettings Settings { get; init; }

    /// <summary>The folder of the SQLite file, for the locks of runs and leases.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The SQLite file.</summary>
    public required LedgerStore File { get; init; }

    /// <summary>The ledger's journal on that file.</summary>
    public required Journal Journal { get; init; }

    /// <summary>Prices, for the cost that is written into the pictures.</summary>
    public required PriceBook Prices { get; init; }

    /// <summary>Rewrites prompts; not asked where the settings turn captions off.</summary>
    public required ICaptioner Captioner { get; init; }

    /// <summary>Keeps what text encoders made of texts; null for none. It stays the caller's.</summary>
    public EmbeddingCache? Embeddings { get; init; }

    /// <summary>Stems that scene texts are written as; null for none. Settings name them by their hash.</summary>
    public StemCatalog? Stems { get; init; }

    /// <summary>Hears how it goes.</summary>
    public required IRenderObserver Observer { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs all rows that are not delivered yet.</summary>
    /// <exception cref="Farthing.Diffusion.Sessions.ModelDirectoryException">The model can't be run.</exception>
    /// <exception cref="LedgerException">The ledger can't be written.</exception>
    /// <exception cref="ObjectStoreException">The output folder can't be used.</exception>
    /// <exception cref="RunInUseException">Another process renders this run.</exception>
    public async Task<RenderSummary> RunAsync(CancellationToken cancellation)
    {
        string locks = Path.Combine(DataFolder, "locks");
        string salt = Settings.Resume ? "" : Time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        string runId = RunIdentity.RunId(Source, Settings, salt);
        using var held = HeldFile.TryTake(locks, runId) ?? throw new RunInUseException(runId);
        var store = new FolderObjectStore(Settings.OutputFolder);
        JobStore.Migrate(File);
        var keeper = LeaseKeeper.Open(File, Journal, Time, locks, runId);
        await using (keeper.ConfigureAwait(false))
        {
            return await new CampaignRun(this, keeper, store).RunAsync(cancellation).ConfigureAwait(false);
        }
    }
}
