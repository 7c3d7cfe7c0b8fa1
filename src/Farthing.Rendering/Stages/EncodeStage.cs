using System.Globalization;
using Farthing.Diffusion.Pipelines;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Stages;

/// <summary>Encodes the texts of a batch and, for background replacement, the placed products.</summary>
internal sealed class EncodeStage(
    DiffusionPipeline pipeline, CachedTexts? cached, RenderSettings settings, LeaseMeter meter, int threads, IRenderObserver observer)
{
    private const int MostNegativesKept = 64;

    private readonly Dictionary<string, EncodedPrompt> _negatives = new(StringComparer.Ordinal);

    public void Run(BatchWork batch)
    {
        if (batch.Shape.HasProduct)
        {
            batch.Metered(meter, Stage.FinishAndStore, 1, () => PlaceAll(batch));
        }

        if (batch.Live.Count == 0)
        {
            return;
        }

        var prompts = EncodeTexts(batch);
        if (batch.Shape.HasProduct)
        {
            batch.Metered(meter, Stage.Vae, threads, () => EncodeProducts(batch, prompts));
        }
        else
        {
            foreach (var (item, prompt) in batch.Live.Zip(prompts))
            {
                item.Input = Input(item, prompt);
            }
        }
    }

    private bool PlaceAll(BatchWork batch)
    {
        foreach (var item in batch.Live)
        {
            try
            {
                item.CutOut = CutOutLoader.LoadFile(item.Job.ProductPath!);
                item.Placement = new PlacementPlan(item.CutOut, settings.Placement, item.Job.Shape.Width, item.Job.Shape.Height);
                foreach (string warning in item.CutOut.Warnings)
                {
                    Warn(item, warning);
                }
            }
            catch (ImagingException e)
            {
                item.Failure = e.Message;
            }
        }

        return true;
    }

    /// <summary>The states of each live item's text; negative prompts that are new are encoded with them.</summary>
    private EncodedPrompt[] EncodeTexts(BatchWork batch)
    {
        var live = batch.Live;
        string[] negatives = NewNegatives(live);
        string[] texts = [.. live.Select(TextOf), .. negatives];
        var prompts = cached is null
            ? batch.Metered(meter, Stage.TextEncode, threads, () => pipeline.Encode(texts))
            : cached.Find(batch, live, texts);
        foreach (var (item, prompt) in live.Zip(prompts))
        {
            foreach (var cut in prompt.Truncations)
            {
                Warn(item, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the prompt is longer than {cut.Encoder} reads ({cut.TokensKept} of {cut.TokensGiven} tokens); not read: '{Shortened(cut.TextCut)}'"));
            }
        }

        foreach (var (negative, prompt) in negatives.Zip(prompts.Skip(live.Count)))
        {
            _negatives[negative] = prompt;
        }

        return [.. prompts.Take(live.Count)];
    }

    /// <summary>A negative prompt is mostly the same for a whole campaign, so it is kept at hand.</summary>
    private string[] NewNegatives(IReadOnlyList<RenderItem> live)
    {
        if (_negatives.Count >= MostNegativesKept)
        {
            _negatives.Clear();
        }

        return [.. live.Select(i => i.Job.NegativePrompt).OfType<string>().Distinct(StringComparer.Ordinal).Where(n => !_negatives.ContainsKey(n))];
    }

    private bool EncodeProducts(BatchWork batch, EncodedPrompt[] prompts)
    {
        foreach (var (item, prompt) in batch.Live.Zip(prompts))
        {
            int width = item.Job.Shape.Width, height = item.Job.Shape.Height;
            var placed = item.Placement!.Render(width, height);
            var canvas = InpaintCanvas.Fill(placed.Canvas);
            float[] mask = new float[width / LatentMask.Cell * (height / LatentMask.Cell)];
            LatentMask.Fill(placed.Canvas, mask);
            var picture = new RgbPicture(width, height, canvas.Pixels);
            item.Input = Input(item, prompt) with
            {
                Source = pipeline.Encode(picture),
                Mask = mask,
                MaskedSource = pipeline.IsInpaintingModel ? pipeline.EncodeMasked(picture, PixelMask(mask, width, height)) : null,
            };
        }

        return true;
    }

    private DenoiseItem Input(RenderItem item, EncodedPrompt prompt) => new()
    {
        Prompt = prompt,
        Negative = item.Job.NegativePrompt is { } negative ? _negatives[negative] : null,
        Seed = item.Job.Seed,
    };

    /// <summary>With a product only the scene is drawn: a text that names the product grows a second one.</summary>
    private static string TextOf(RenderItem item) => item.Job.Shape.HasProduct ? item.Caption!.Scene : item.Caption!.Full;

    private static float[] PixelMask(float[] cells, int width, int height)
    {
        float[] mask = new float[width * height];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = cells[i / width / LatentMask.Cell * (width / LatentMask.Cell) + i % width / LatentMask.Cell];
        }

        return mask;
    }

    private void Warn(RenderItem item, string message)
    {
        item.Warnings.Add(message);
        observer.Warned(item.Job.Id, message);
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : $"{text[..77]}...";
}
