using Farthing.Bench.Renders;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Workers;

namespace Farthing.Bench.Embeddings;

/// <summary>What a campaign's ledger says: cost of a render and of its text encoders, in 1e-12 USD.</summary>
internal sealed record CampaignCost(double Total, double Text)
{
    public double Share => Text / Total;
}

/// <summary>Real campaigns with the demo model, each with a ledger of its own.</summary>
internal static class CampaignPart
{
    public static async Task<CampaignCost> RunAsync(string folder, string name, Manifest manifest, EmbeddingCache? cache)
    {
        string place = Path.Combine(folder, name);
        Directory.CreateDirectory(place);
        var prices = PriceBook.Default();
        using var file = SqliteFile.Open(Path.Combine(place, "farthing.db"));
        using var journal = Journal.Open(file, prices);
        await new RenderCampaign
        {
            Source = RendersOptions.Manifest,
            Manifest = manifest,
            Settings = new RenderSettings
            {
                ModelDirectory = RendersOptions.DemoModel,
                OutputFolder = Path.Combine(place, "out"),
                OutputSize = RendersOptions.OutputSize,
                RoundsTextStates = cache is not null,
            },
            DataFolder = place,
            File = file,
            Journal = journal,
            Prices = prices,
            Captioner = new TemplateCaptioner(),
            Embeddings = cache,
            Observer = new RenderingPhase(),
        }.RunAsync(CancellationToken.None);
        var report = new CostReports(file).Build(new ReportQuery { Basis = CostBasis.Marginal });
        double text = report.Rows.Where(r => r.Stage == Stage.TextEncode).Sum(r => (double)r.Amount.Units);
        return new CampaignCost((double)report.Total.Units / manifest.Rows.Count, text / manifest.Rows.Count);
    }
}
