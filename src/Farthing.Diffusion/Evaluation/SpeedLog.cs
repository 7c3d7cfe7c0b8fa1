using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Gathers the batches' times. A last, smaller batch is left out where there is a whole one: it is another shape.</summary>
internal sealed class SpeedLog(int batchSize)
{
    private readonly List<(int Renders, double Reference, double Candidate)> _pairs = [];

    public void Add(int renders, double reference, double candidate) => _pairs.Add((renders, reference / renders, candidate / renders));

    public SpeedResult Read(int threads, bool interleaved)
    {
        int size = Math.Min(batchSize, _pairs.Max(static pair => pair.Renders));
        var pairs = _pairs.Where(pair => pair.Renders == size).ToList();
        double[] ratios = [.. pairs.Select(static pair => pair.Reference / pair.Candidate).Order()];
        return new SpeedResult(
            Quantiles.Median(pairs.Select(static pair => pair.Reference)),
            Quantiles.Median(pairs.Select(static pair => pair.Candidate)),
            Quantiles.Of(ratios, 0.5),
            Quantiles.Of(ratios, 0.25),
            Quantiles.Of(ratios, 0.75),
            pairs.Count,
            size,
            threads,
            interleaved);
    }
}
