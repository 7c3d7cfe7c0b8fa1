using Farthing.Ledger.Posting;
using Farthing.Rendering.Manifests;

namespace Farthing.Rendering.Jobs;

/// <summary>Settles every row's values and puts rows that fit together into batches.</summary>
/// <param name="settings">What holds for all rows.</param>
/// <param name="nativeSize">The model's own side in pixels.</param>
/// <param name="modelHash">The model's hash.</param>
internal sealed class JobPlanner(RenderSettings settings, int nativeSize, string modelHash)
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
    /// Batches of one shape each, in the rows' order. They are cut before finished renders are left out, so that a run
    /// that was interrupted makes the batches, and with them the pictures, that it would have made.
    /// </summary>
    public IEnumerable<IReadOnlyList<RenderJob>> Batches(IEnumerable<RenderJob> jobs, Func<RenderJob, bool> isDone) =>
        jobs.GroupBy(job => job.Shape)
            .SelectMany(group => group.Chunk(settings.BatchSize))
            .OrderBy(batch => batch[0].Line)
            .Select(batch => batch.Where(job => !isDone(job)).ToList())
            .Where(batch => batch.Count > 0);

    private RenderJob Settle(RenderRequest row, int ordinal)
    {
        bool hasProduct = row.ProductPath is not null;
        var shape = new JobShape(
            row.Width ?? settings.Width ?? nativeSize,
            row.Height ?? settings.Height ?? nativeSize,
            row.Steps ?? settings.Steps,
            row.Guidance ?? settings.Guidance ?? (hasProduct ? RenderSettings.DefaultSceneGuidance : RenderSettings.DefaultGuidance),
            hasProduct);
        long seed = row.Seed ?? (settings.Seed is { } first ? unchecked(first + ordinal) & long.MaxValue : RunIdentity.SeedOf(row.Id));
        string? negative = row.NegativePrompt ?? settings.NegativePrompt;
        return new RenderJob
        {
            RenderId = RunIdentity.RenderId(row, shape, seed, negative, settings, modelHash),
            Id = row.Id,
            Line = row.Line,
            Prompt = row.Prompt,
            ProductPath = row.ProductPath,
            NegativePrompt = negative,
            Seed = seed,
            Shape = shape,
            Tags = TagSet.Parse(string.Join(',', row.Tags)),
        };
    }
}
