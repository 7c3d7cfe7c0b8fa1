using System.Globalization;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>
/// How sure a mean is: the percentile bootstrap (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 13.3).
/// Pictures are drawn anew with replacement; of a paired difference the pairs are drawn, so that what both models find hard
/// cancels. Every metric of one evaluation is drawn with the same seed, and so with the same pictures.
/// </summary>
/// <param name="resamples">How often, at least 2,000.</param>
/// <param name="seed">Seed of the draws.</param>
public sealed class Bootstrap(int resamples = Bootstrap.DefaultResamples, int seed = 0)
{
    /// <summary>How often pictures are drawn anew.</summary>
    public const int DefaultResamples = 10_000;

    /// <summary>The interval's level: 95%.</summary>
    public const double Level = 0.95;

    private const double WorstShare = 0.05;

    private readonly int _resamples = resamples >= 2_000
        ? resamples
        : throw new ArgumentOutOfRangeException(nameof(resamples), resamples, "At least 2,000 resamples are needed for a 95% interval.");

    /// <summary>How it is computed, for records.</summary>
    public string Version => string.Create(CultureInfo.InvariantCulture, $"bootstrap/1: percentile, 95%, {_resamples} resamples, seed {seed}");

    /// <summary>Mean, its interval, and the mean of the worst 5%.</summary>
    /// <param name="values">One a picture; at least one.</param>
    /// <param name="lowIsWorse">Which end is the worst.</param>
    public MetricFigure Figure(IReadOnlyList<double> values, bool lowIsWorse)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        double[] sorted = [.. values.Order()];
        int slice = (int)Math.Ceiling(sorted.Length * WorstShare);
        double worst = (lowIsWorse ? sorted.AsSpan(0, slice) : sorted.AsSpan(sorted.Length - slice)).ToArray().Average();
        var (low, high) = Interval([.. values]);
        return new MetricFigure(sorted.Average(), low, high, worst, sorted.Length);
    }

    private (double Low, double High) Interval(double[] values)
    {
        var random = new Random(seed);
        double[] means = new double[_resamples];
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < values.Length; k++)
            {
                sum += values[random.Next(values.Length)];
            }

            means[i] = sum / values.Length;
        }

        Array.Sort(means);
        return (Quantiles.Of(means, (1 - Level) / 2), Quantiles.Of(means, (1 + Level) / 2));
    }
}
