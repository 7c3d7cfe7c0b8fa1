using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Jobs;

/// <summary>Settles every row's values and puts rows that fit together into batches.</summary>
/// <param name="settings">What holds for all rows.</param>
/// <param name="own">The run's model, whose text encoders and VAE every render takes.</param>
/// <param name="modelFor">The model that a render of so many pixels with such tags is drawn with.</param>
internal sealed class JobPlanner(RenderSettings settings, RenderModel own, Func<long, TagSet, RenderModel> modelFor)
{
    /// <summary>Jobs in the rows' order; rows that can't be rendered are given to <paramref name="fail"/>.</summary>
    public List<RenderJob> Plan(Manifest manifest, Action<RowError> fail)
    {
        var jobs = new List<RenderJob>(manifest.Rows.Count);
        foreach (var (row, ordinal) in manifest.Rows.Select((row, i) => (row, i)))
        {
            if (row.Error is { } error)
            {
                fail(error);
                continue;
            }

            try
            {
                jobs.Add(Settle(row.Request!, ordinal));
            }
            catch (FormatException e)
            {
                fail(new RowError(row.Request!.Line, row.Request.Id, ManifestColumns.Tags, e.Message));
            }
        }

        return jobs;
    }

    /// <summary>
    /// Batches of one shape and model each, in the rows' order. They are cut before finished renders are left out, so that a run
    /// that was interrupted makes the batches, and with them the pictures, that it would have made.
    /// </summary>
    public IEnumerable<IReadOnlyList<RenderJob>> Batches(IEnumerable<RenderJob> jobs, Func<RenderJob, bool> isDone) =>
        jobs.GroupBy(job => (job.Shape, job.Model.Hash))
            .SelectMany(group => group.Chunk(settings.BatchSize))
            .OrderBy(batch => batch[0].Line)
            .Select(batch => batch.Where(job => !isDone(job)).ToList())
            .Where(batch => batch.Count > 0);

    private RenderJob Settle(RenderRequest row, int ordinal)
    {
        int nativeSize = own.Directory.NativeSize;
        bool hasProduct = row.ProductPath is not null;
        var tags = TagSet.Parse(string.Join(',', row.Tags));
        var shape = new JobShape(
            row.Width ?? settings.Width ?? nativeSize,
            row.Height ?? settings.Height ?? nativeSize,
            row.Steps ?? settings.Steps,
            row.Guidance ?? settings.Guidance ?? (hasProduct ? RenderSettings.DefaultSceneGuidance : RenderSettings.DefaultGuidance),
            hasProduct);
        long seed = row.Seed ?? (settings.Seed is { } first ? unchecked(first + ordinal) & long.MaxValue : RunIdentity.SeedOf(row.Id));
        string? negative = row.NegativePrompt ?? settings.NegativePrompt;
        var model = modelFor((long)shape.Width * shape.Height, tags);
        return new RenderJob
        {
            RenderId = RunIdentity.RenderId(row, shape, seed, negative, settings, ContentOf(model)),
            Id = row.Id,
            Line = row.Line,
            Prompt = row.Prompt,
            ProductPath = row.ProductPath,
            NegativePrompt = negative,
            Seed = seed,
            Shape = shape,
            Tags = tags,
            Model = model,
            Form = FormOf(shape, model),
        };
    }

    /// <summary>The hash of what draws the picture: where only the UNet is another model's, both count.</summary>
    private string ContentOf(RenderModel model) => model.Hash == own.Hash ? own.Hash : $"{model.Hash}+{own.Hash}";

    /// <summary>Below full strength a product's background runs only the last ⌊steps × strength⌋ steps.</summary>
    private RenderForm FormOf(JobShape shape, RenderModel model) => new(
        model.Hash,
        model.Precision.ToName(),
        shape.Width,
        shape.Height,
        shape.HasProduct ? Math.Max(1, (int)(shape.Steps * settings.Strength)) : shape.Steps,
        shape.GuidancePasses)
    {
        IsForced = model.Forced is not null,
    };
}
