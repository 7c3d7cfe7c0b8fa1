using Farthing.Diffusion.Evaluation.Verdict;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Renders the same pictures with two models, measures the pairs, and judges.</summary>
/// <remarks>
/// 1. look whether the two can be compared, 2. load the metrics' models, 3. render: batches of the two take turns, and who
/// goes first takes turns too, so that whatever else the machine does hits both, 4. figures and verdict.
/// </remarks>
public sealed class Evaluator(EvaluationPlan plan, TimeProvider time, Action<EvaluationProgress>? onProgress = null)
{
    private int _done;

    /// <summary>Evaluates.</summary>
    /// <exception cref="Sessions.ModelDirectoryException">A model can't be run.</exception>
    /// <exception cref="EvaluationException">The models can't be compared, or a metric's model can't be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationResult Run(CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Items.Count, 2, nameof(plan));

        // 1
        Tell("reading the models");
        var pair = ModelPair.Open(plan.Reference, plan.Candidate);
        var (reference, candidate) = (ModelPair.Describe(pair.Reference), ModelPair.Describe(pair.Candidate));

        // 2
        using var meter = PairMeter.Load(plan, pair.Reference);

        // 3
        var speed = new SpeedLog(plan.BatchSize);
        var pictures = plan.InTurn ? RenderInTurn(meter, speed, cancellation) : RenderInterleaved(meter, speed, cancellation);

        // 4
        var shape = new EvaluationShape(plan.Width, plan.Height, plan.Steps, plan.Guidance, plan.Scheduler.ToName(), plan.Items.Count);
        var metrics = ResultFigures.Of(pictures, plan.Bootstrap);
        var rules = AcceptanceRules.Apply(metrics, pictures, plan.Margin);
        return new EvaluationResult
        {
            At = time.GetUtcNow(),
            Reference = reference,
            Candidate = candidate,
            EvaluationSet = EvaluationSet.Hash(plan.Items, shape),
            MetricVersions = meter.Versions,
            Shape = shape,
            Metrics = metrics,
            CosineDrop = ResultFigures.CosineDrop(pictures, plan.Bootstrap),
            Speed = speed.Read(plan.Threads, interleaved: !plan.InTurn),
            Margin = plan.Margin,
            Rules = rules,
            Passed = rules.All(static rule => rule.Passed),
            Pictures = pictures,
        };
    }

    private List<PictureResult> RenderInterleaved(PairMeter meter, SpeedLog speed, CancellationToken cancellation)
    {
        var batches = Batches();
        using var reference = Load(plan.Reference, batches);
        using var candidate = Load(plan.Candidate, batches);
        var measured = new Dictionary<EvaluationItem, PictureResult>(ReferenceEqualityComparer.Instance);
        foreach (var (batch, turn) in batches.Select(static (batch, turn) => (batch, turn)))
        {
            var first = (turn % 2 == 0 ? reference : candidate).Render(batch, cancellation);
            Tell("rendering", batch.Length);
            var second = (turn % 2 == 0 ? candidate : reference).Render(batch, cancellation);
            var (ours, theirs) = turn % 2 == 0 ? (first, second) : (second, first);
            speed.Add(batch.Length, ours.Seconds, theirs.Seconds);
            Measure(meter, batch, ours.Pictures, theirs.Pictures, measured);
            Tell("rendering", batch.Length);
        }

        return [.. plan.Items.Select(item => measured[item])];
    }

    private List<PictureResult> RenderInTurn(PairMeter meter, SpeedLog speed, CancellationToken cancellation)
    {
        var batches = Batches();
        var drawn = new List<(RgbPicture?[] Pictures, double Seconds)>();
        using (var reference = Load(plan.Reference, batches))
        {
            foreach (var batch in batches)
            {
                drawn.Add(reference.Render(batch, cancellation));
                Tell("rendering the reference", batch.Length);
            }
        }

        using var candidate = Load(plan.Candidate, batches);
        var measured = new Dictionary<EvaluationItem, PictureResult>(ReferenceEqualityComparer.Instance);
        foreach (var (batch, ours) in batches.Zip(drawn))
        {
            var theirs = candidate.Render(batch, cancellation);
            speed.Add(batch.Length, ours.Seconds, theirs.Seconds);
            Measure(meter, batch, ours.Pictures, theirs.Pictures, measured);
            Tell("rendering the candidate", batch.Length);
        }

        return [.. plan.Items.Select(item => measured[item])];
    }

    private RenderSide Load(string directory, IReadOnlyList<EvaluationItem[]> batches)
    {
        Tell($"loading {Path.GetFileName(Path.TrimEndingDirectorySeparator(directory))}");
        var side = RenderSide.Load(directory, plan, time);
        side.WarmUp(batches);
        return side;
    }

    /// <summary>Pictures with a product and those without can't be denoised together.</summary>
    private List<EvaluationItem[]> Batches() =>
        [.. plan.Items.GroupBy(static item => item.Product is not null).SelectMany(group => group.Chunk(plan.BatchSize))];

    private static void Measure(
        PairMeter meter, EvaluationItem[] batch, RgbPicture?[] ours, RgbPicture?[] theirs, Dictionary<EvaluationItem, PictureResult> measured)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            measured[batch[i]] = meter.Measure(batch[i], ours[i], theirs[i]);
        }
    }

    private void Tell(string what, int more = 0) => onProgress?.Invoke(new EvaluationProgress(what, _done += more, 2 * plan.Items.Count));
}
