namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>Cuts the rarest values off.</summary>
internal static class PercentileRange
{
    /// <summary>The range that keeps a share of the values; half of the rest is cut off at each end.</summary>
    /// <param name="values">The values' histogram; values are taken to be spread evenly within a bin.</param>
    /// <param name="extremes">The range that all values lie in.</param>
    /// <param name="percent">The share in percent, over 50 to 100.</param>
    public static ActivationRange Of(ValueHistogram values, ActivationRange extremes, double percent)
    {
        double tail = values.Total * (1 - percent / 100) / 2;
        float min = Math.Clamp((float)Quantile(values, tail, fromBelow: true), extremes.Min, extremes.Max);
        float max = Math.Clamp((float)Quantile(values, tail, fromBelow: false), min, extremes.Max);
        return new ActivationRange(min, max);
    }

    /// <summary>The value with so many values beyond it.</summary>
    private static double Quantile(ValueHistogram values, double beyond, bool fromBelow)
    {
        double left = beyond;
        for (int i = 0; i < ValueHistogram.Bins; i++)
        {
            int bin = fromBelow ? i : ValueHistogram.Bins - 1 - i;
            long count = values.Counts[bin];
            if (count > left)
            {
                double into = left / count;
                return values.Start(bin) + values.Width * (fromBelow ? into : 1 - into);
            }

            left -= count;
        }

        return 0;
    }
}
