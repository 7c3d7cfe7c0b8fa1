namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>Turns what was collected into ranges.</summary>
/// <param name="Method">How.</param>
/// <param name="Percent">The share of the values that <see cref="RangeMethod.Percentile"/> keeps, in percent.</param>
public readonly record struct RangeChoice(RangeMethod Method, double Percent)
{
    /// <summary>Whether samples of the values are needed beside their extremes.</summary>
    public bool NeedsHistograms => Method != RangeMethod.MinMax;

    /// <summary>The range of one tensor. 0 is always in it: padding and ReLU-like zeros must stay exact.</summary>
    internal ActivationRange Of(TensorStatistics tensor)
    {
        var range = Method switch
        {
            RangeMethod.Percentile => PercentileRange.Of(tensor.Histogram!, tensor.Extremes, Percent),
            RangeMethod.Entropy => EntropyRange.Of(tensor.Histogram!, tensor.Extremes),
            _ => tensor.Extremes,
        };
        return new ActivationRange(MathF.Min(range.Min, 0), MathF.Max(range.Max, 0));
    }
}
