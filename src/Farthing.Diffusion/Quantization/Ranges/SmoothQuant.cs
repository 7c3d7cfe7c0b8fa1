using Farthing.Diffusion.Quantization.Sensitivity;

namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>
/// SmoothQuant (Xiao et al. 2023, equation 4): input channel j of a linear is divided by
/// s_j = max|x_j|^α / max|w_j|^(1−α), and its weights' row multiplied, which moves outliers from activations to weights.
/// </summary>
internal static class SmoothQuant
{
    /// <summary>Factors beyond this, either way, say more of a dead channel than of an outlier.</summary>
    private const float Largest = 1e4f;

    /// <summary>Factors of every input that can be smoothed, and the range of each when divided by them.</summary>
    /// <param name="observed">The inputs, of which all channels were observed.</param>
    /// <param name="targets">The linears.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="collected">What was observed.</param>
    /// <param name="alpha">α, 0 to 1.</param>
    public static Dictionary<string, (float[] Factors, ActivationRange Range)> Factors(
        IReadOnlyList<string> observed, IReadOnlyList<QuantizationTarget> targets, LayerWeights weights, RangeCollection collected, double alpha)
    {
        var result = new Dictionary<string, (float[], ActivationRange)>(StringComparer.Ordinal);
        foreach (string input in observed)
        {
            var tensor = collected[input];
            float[] greatest = new float[tensor.ChannelMin.Length];
            foreach (var target in targets.Where(t => t.Kind == TargetKind.Linear && t.Input == input))
            {
                NoteRows(weights.Read(target), greatest);
            }

            float[] factors = new float[greatest.Length];
            float min = 0, max = 0;
            for (int j = 0; j < factors.Length; j++)
            {
                float activation = MathF.Max(MathF.Abs(tensor.ChannelMin[j]), MathF.Abs(tensor.ChannelMax[j]));
                factors[j] = activation == 0 || greatest[j] == 0
                    ? 1
                    : (float)Math.Clamp(Math.Pow(activation, alpha) / Math.Pow(greatest[j], 1 - alpha), 1 / Largest, Largest);
                min = MathF.Min(min, tensor.ChannelMin[j] / factors[j]);
                max = MathF.Max(max, tensor.ChannelMax[j] / factors[j]);
            }

            result[input] = (factors, new ActivationRange(min, max));
        }

        return result;
    }

    private static void NoteRows((float[] Values, long[] Dims) weights, float[] greatest)
    {
        int columns = (int)weights.Dims[1];
        for (int row = 0; row < greatest.Length; row++)
        {
            float largest = MathF.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(weights.Values.AsSpan(row * columns, columns)));
            greatest[row] = MathF.Max(greatest[row], largest);
        }
    }
}
