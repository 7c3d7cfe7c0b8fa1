using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Workers;

namespace Farthing.Rendering.Stages;

/// <summary>Decodes a batch, finishes and stores its pictures, and books it.</summary>
/// <remarks>
/// A picture carries its own cost, so its device time is sealed before it is written. Writing and committing are metered
/// all the same and charged to the lease's storage stage, on no render.
/// </remarks>
internal sealed class FinishStage(
    DiffusionPipeline pipeline,
    RenderSettings settings,
    FolderObjectStore store,
    BatchBooks books,
    LeaseKeeper keeper,
    IRenderObserver observer,
    int threads,
    TimeProvider time)
{
    private LeaseMeter Meter => keeper.Meter;

    /// <summary>Ends a batch and gives the number of pictures delivered.</summary>
    public int Run(BatchWork batch)
    {
        var pictures = batch.Live.Count == 0 ? [] : Decode(batch);
        var encoded = batch.Live.Count == 0 ? [] : batch.Metered(Meter, Stage.FinishAndStore, 1, () => Finish(batch, pictures));
        using var tail = Meter.Begin(Stage.FinishAndStore, batch.Id, 1);
        var stored = Store(batch, encoded, out var costs);
        books.End(batch, stored);
        keeper.Note(Stage.FinishAndStore, tail.End());
        foreach (var item in batch.Items)
        {
            if (stored.TryGetValue(item, out string? key))
            {
                observer.Delivered(item.Job.Id, store.PathOf(key), costs[item]);
            }
            else
            {
                observer.Failed(new Manifests.RowError(item.Job.Line, item.Job.Id, "", item.Failure!));
            }
        }

        return stored.Count;
    }

    private Dictionary<RenderItem, RgbPicture> Decode(BatchWork batch) => batch.Metered(Meter, Stage.Vae, threads, () =>
    {
        observer.StageStarted(batch.Id, Stage.Vae, batch.Live.Count);
        var pictures = new Dictionary<RenderItem, RgbPicture>();
        int length = batch.Latents.Length / batch.Denoised.Count;
        foreach (var (item, i) in batch.Denoised.Select((item, i) => (item, i)))
        {
            try
            {
                pictures[item] = pipeline.Decode(batch.Latents.AsSpan(i * length, length), batch.Shape.Width, batch.Shape.Height);
            }
            catch (DiffusionException e)
            {
                item.Failure = e.Message;
            }
        }

        return pictures;
    });

    private Dictionary<RenderItem, byte[]> Finish(BatchWork batch, Dictionary<RenderItem, RgbPicture> pictures)
    {
        observer.StageStarted(batch.Id, Stage.FinishAndStore, pictures.Count);
        var encoded = new Dictionary<RenderItem, byte[]>();
        foreach (var (item, picture) in pictures)
        {
            try
            {
                var options = new EncodeOptions { Format = settings.Format, IccProfile = item.CutOut?.IccProfile };
                encoded[item] = PictureEncoder.Encode(Compose(item, picture), options);
            }
            catch (ImagingException e)
            {
                item.Failure = e.Message;
            }
        }

        return encoded;
    }

    private Raster Compose(RenderItem item, RgbPicture picture)
    {
        var drawn = new Raster(picture.Width, picture.Height, 3, picture.Pixels);
        var (width, height) = OutputSize(picture.Width, picture.Height);
        if (item.Placement is { } placement)
        {
            var enlarged = Sharpened(PictureEdits.Resize(drawn, width, height));
            return Compositor.Composite(enlarged, placement.Render(width, height), settings.Shadow);
        }

        return Sharpened((width, height) == (picture.Width, picture.Height) ? drawn : PictureEdits.Resize(drawn, width, height));
    }

    private Raster Sharpened(Raster picture) => settings.Sharpen is > 0 and { } amount ? PictureEdits.Sharpen(picture, amount) : picture;

    /// <summary>The longer side as asked, the shorter in proportion.</summary>
    private (int Width, int Height) OutputSize(int width, int height)
    {
        if (settings.OutputSize is not { } longer)
        {
            return (width, height);
        }

        return width >= height
            ? (longer, Math.Max(1, (int)Math.Round((double)longer * height / width)))
            : (Math.Max(1, (int)Math.Round((double)longer * width / height)), longer);
    }

    /// <summary>
    /// Writes pictures and records. The cost counts the bytes, and the bytes hold the cost: its text is always as long, so
    /// the sizes are known beforehand.
    /// </summary>
    private Dictionary<RenderItem, string> Store(
        BatchWork batch, Dictionary<RenderItem, byte[]> encoded, out IReadOnlyDictionary<RenderItem, Amount?> costs)
    {
        foreach (var (item, picture) in encoded)
        {
            var draft = Record(item, Amount.Zero);
            AddStorage(item, Dressed(picture, draft).Length + draft.ToJson().Length);
        }

        costs = books.Costs(batch);
        var stored = new Dictionary<RenderItem, string>();
        foreach (var (item, picture) in encoded)
        {
            try
            {
                var record = Record(item, costs[item]);
                string key = item.Job.Id + Extension(settings.Format);
                store.Put($"{item.Job.Id}.json", record.ToJson());
                store.Put(key, Dressed(picture, record));
                stored[item] = key;
            }
            catch (ObjectStoreException e)
            {
                item.Facts.RemoveAll(f => f.Stage == Stage.FinishAndStore);
                item.Failure = e.Message;
            }
        }

        return stored;
    }

    private byte[] Dressed(byte[] picture, RenderRecord record) =>
        settings.Format == PictureFormat.Png ? PngText.Insert(picture, record.ToTexts()) : picture;

    private void AddStorage(RenderItem item, long bytes)
    {
        var lease = keeper.Lease;
        UsageFact Fact(string meter, long quantity) => new()
        {
            Id = $"{lease.RunId}/{item.Job.RenderId}/{item.Attempt}/{Stage.FinishAndStore.Code()}/{meter}",
            At = time.GetUtcNow(),
            RunId = lease.RunId,
            RenderId = item.Job.RenderId,
            Attempt = item.Attempt,
            Stage = Stage.FinishAndStore,
            Resource = "storage/folder",
            Meter = meter,
            Quantity = quantity,
            Tags = item.Job.Tags,
            Precision = item.Job.Form.Precision,
        };

        // Two objects, kept for a first month.
        item.Facts.Add(Fact(Meters.Puts, 2));
        item.Facts.Add(Fact(Meters.StoredBytes, bytes));
    }

    private RenderRecord Record(RenderItem item, Amount? cost) => new()
    {
        Id = item.Job.Id,
        RenderId = item.Job.RenderId,
        RunId = keeper.Lease.RunId,
        Prompt = item.Job.Prompt,
        Caption = item.Job.Shape.HasProduct ? item.Caption!.Scene : item.Caption!.Full,
        FullCaption = item.Caption.Full,
        NegativePrompt = item.Job.NegativePrompt,
        Seed = item.Job.Seed,
        Steps = item.Job.Shape.Steps,
        Guidance = item.Job.Shape.Guidance,
        Scheduler = settings.Scheduler.ToName(),
        Width = item.Job.Shape.Width,
        Height = item.Job.Shape.Height,
        ModelHash = item.Job.Model.Hash,
        Precision = item.Job.Form.Precision,
        PrecisionForced = item.Job.Model.Forced,
        Tags = item.Job.Tags.Text,
        Warnings = item.Warnings,
        CostUsd = RenderRecord.CostText(cost),
    };

    private static string Extension(PictureFormat format) => format switch
    {
        PictureFormat.Jpeg => ".jpg",
        PictureFormat.Webp => ".webp",
        _ => ".png",
    };
}
