namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>Quantiles of sorted values, linear between two neighbours.</summary>
internal static class Quantiles
{
    public static double Of(IReadOnlyList<double> sorted, double share)
    {
        double at = share * (sorted.Count - 1);
        int below = (int)at;
        return below + 1 < sorted.Count ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    public static double Median(IEnumerable<double> values) => Of([.. values.Order()], 0.5);
}
