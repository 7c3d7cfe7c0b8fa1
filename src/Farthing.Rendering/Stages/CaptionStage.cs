using Farthing.Ledger.Metering;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Stages;

/// <summary>Rewrites the prompts of a batch, or takes them as they are.</summary>
internal sealed class CaptionStage(ICaptioner captioner, StemCatalog? stems, RenderSettings settings, LeaseMeter meter, Lease lease, TimeProvider time)
{
    public Task RunAsync(BatchWork batch, CancellationToken cancellation) => batch.MeteredAsync(meter, Stage.Caption, 1, async () =>
    {
        foreach (var item in batch.Live)
        {
            await CaptionAsync(item, cancellation).ConfigureAwait(false);
        }
    });

    private async Task CaptionAsync(RenderItem item, CancellationToken cancellation)
    {
        string prompt = item.Job.Prompt;
        if (!settings.RewritesCaptions)
        {
            item.Caption = new Caption(prompt, prompt, CaptionUsage.None("off"));
            return;
        }

        try
        {
            var caption = await captioner.CaptionAsync(prompt, cancellation).ConfigureAwait(false);
            item.Caption = stems is null ? caption : caption with { Scene = stems.Canonical(caption.Scene) };
            Book(item, item.Caption.Usage);
        }
        catch (CaptionException e)
        {
            Book(item, e.Usage);
            item.Failure = e.Message;
        }
    }

    private void Book(RenderItem item, CaptionUsage usage)
    {
        string resource = usage.Resource == "template" || usage.Resource.Contains('/', StringComparison.Ordinal)
            ? $"llm/{usage.Resource}"
            : $"llm/openai/{usage.Resource}";
        foreach (var group in usage.Meters.GroupBy(m => MeterOf(m.Meter)))
        {
            item.Facts.Add(new UsageFact
            {
                Id = $"{lease.RunId}/{item.Job.RenderId}/{item.Attempt}/{Stage.Caption.Code()}/{group.Key}",
                At = time.GetUtcNow(),
                RunId = lease.RunId,
                RenderId = item.Job.RenderId,
                Attempt = item.Attempt,
                Stage = Stage.Caption,
                Resource = resource,
                Meter = group.Key,
                Quantity = group.Sum(m => m.Quantity),
                Tags = item.Job.Tags,
                Precision = item.Job.Form.Precision,
            });
        }
    }

    /// <summary>The ledger's meter; reasoning tokens are billed as output.</summary>
    private static string MeterOf(string meter) => meter switch
    {
        "input_tokens" => Meters.InputTokens,
        "cached_input_tokens" => Meters.CachedInputTokens,
        "output_tokens" or "reasoning_tokens" => Meters.OutputTokens,
        _ => Meters.Requests,
    };
}
