namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>How the values that a tensor took become the range that is kept.</summary>
public enum RangeMethod
{
    /// <summary>All values are kept.</summary>
    MinMax,

    /// <summary>A share of the values is cut off at each end.</summary>
    Percentile,

    /// <summary>The range that loses least information by Kullback–Leibler divergence.</summary>
    Entropy,
}
