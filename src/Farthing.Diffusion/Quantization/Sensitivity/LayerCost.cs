using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>What a layer computes, from the sizes that were observed.</summary>
internal static class LayerCost
{
    /// <summary>Multiply-adds of a target for one row of one UNet call.</summary>
    /// <param name="target">The target.</param>
    /// <param name="dims">Its weights' shape.</param>
    /// <param name="collected">What was observed.</param>
    public static long MultiplyAdds(QuantizationTarget target, IReadOnlyList<long> dims, RangeCollection collected) => target.Kind switch
    {
        // Each input value meets every output channel.
        TargetKind.Linear => collected[target.Input].RowElements * dims[1],

        // Each output value takes one filter.
        _ => collected[target.Output].RowElements * dims[1] * dims[2] * dims[3],
    };
}
