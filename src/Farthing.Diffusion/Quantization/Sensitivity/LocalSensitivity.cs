using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>
/// Calculates the relative error of every layer's own output. Rounding to steps of s adds noise of variance s²/12; input and
/// weights are rounded independently, so squared relative errors add: of the input, of the weights, and of a convolution's
/// output. What saturates adds nothing here, so the measure suits ranges that cut little off.
/// </summary>
internal static class LocalSensitivity
{
    /// <summary>Reads each layer's weights once; no pass of the model.</summary>
    public static IReadOnlyList<LayerSensitivity> Calculate(
        IReadOnlyList<QuantizationTarget> targets,
        LayerWeights weights,
        RangeCollection collected,
        QuantizationRecipe recipe,
        Action<int> done,
        CancellationToken cancellation)
    {
        var layers = new List<LayerSensitivity>(targets.Count);
        foreach (var target in targets)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] factors = target.Kind == TargetKind.Linear ? recipe.Smoothing.GetValueOrDefault(target.Input, []) : [];
            var (values, dims) = weights.Read(target);
            double weight = LayerWeights.Round(target, values, dims, factors);
            double squared = (weight * weight) + Noise(collected[target.Input], recipe.Ranges[target.Input]);
            if (target.Kind == TargetKind.Convolution)
            {
                squared += Noise(collected[target.Output], recipe.Ranges[target.Output]);
            }

            layers.Add(new LayerSensitivity(target, Math.Sqrt(squared), weight, LayerCost.MultiplyAdds(target, dims, collected)));
            done(layers.Count);
        }

        return layers;
    }

    private static double Noise(TensorStatistics tensor, ActivationRange range)
    {
        double step = ActivationGrid.Of(range).Scale;
        return tensor.MeanSquare == 0 ? 0 : step * step / 12 / tensor.MeanSquare;
    }
}
