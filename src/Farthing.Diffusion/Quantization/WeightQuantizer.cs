using System.Numerics;
using System.Numerics.Tensors;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Weights as signed bytes, symmetric, one scale an output channel: q = round(w / scale), scale = max|w| / 127, zero point 0.
/// Rounding is to the nearest even, as ONNX's QuantizeLinear rounds.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>The least scale: an all-zero channel has it.</summary>
    private const float LeastScale = 1e-12f;

    /// <summary>Quantizes a matrix whose columns are output channels.</summary>
    /// <param name="weights">[inputs, channels].</param>
    /// <param name="quantized">[inputs, channels].</param>
    /// <param name="scales">[channels].</param>
    /// <returns>‖w − q·scale‖ / ‖w‖; not finite where a weight is not.</returns>
    public static double Columns(ReadOnlySpan<float> weights, Span<sbyte> quantized, Span<float> scales)
    {
        int channels = scales.Length;
        scales.Clear();
        for (int start = 0; start < weights.Length; start += channels)
        {
            TensorPrimitives.MaxMagnitude(scales, weights.Slice(start, channels), scales);
        }

        Scale(scales, []);
        float[] inverse = new float[channels];
        TensorPrimitives.Divide(1f, scales, inverse);
        double error = 0, norm = 0;
        for (int start = 0; start < weights.Length; start += channels)
        {
            var row = weights.Slice(start, channels);
            error += Round(row, scales, inverse, quantized.Slice(start, channels));
            norm += TensorPrimitives.SumOfSquares(row);
        }

        return Relative(error, norm);
    }

    /// <summary>Quantizes filters that lie one after the other.</summary>
    /// <param name="weights">[channels, anything].</param>
    /// <param name="leastScales">[channels]: no scale may be less than this; empty for no such bound.</param>
    /// <param name="quantized">[channels, anything].</param>
    /// <param name="scales">[channels].</param>
    /// <returns>‖w − q·scale‖ / ‖w‖; not finite where a weight is not.</returns>
    public static double Rows(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> leastScales, Span<sbyte> quantized, Span<float> scales)
    {
        int length = weights.Length / scales.Length;
        float[] scale = new float[length], inverse = new float[length];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            scales[channel] = TensorPrimitives.MaxMagnitude(weights.Slice(channel * length, length));
        }

        Scale(scales, leastScales);
        double error = 0, norm = 0;
        for (int channel = 0; channel < scales.Length; channel++)
        {
            var row = weights.Slice(channel * length, length);
            Array.Fill(scale, scales[channel]);
            Array.Fill(inverse, 1 / scales[channel]);
            error += Round(row, scale, inverse, quantized.Slice(channel * length, length));
            norm += TensorPrimitives.SumOfSquares(row);
        }

        return Relative(error, norm);
    }

    private static void Scale(Span<float> greatest, ReadOnlySpan<float> least)
    {
        TensorPrimitives.Abs(greatest, greatest);
        TensorPrimitives.Divide(greatest, 127f, greatest);
        TensorPrimitives.Max(greatest, LeastScale, greatest);
        if (!least.IsEmpty)
        {
            TensorPrimitives.Max(greatest, least, greatest);
        }
    }

    /// <summary>Rounds one row and gives the sum of its squared errors.</summary>
    private static double Round(ReadOnlySpan<float> row, ReadOnlySpan<float> scales, ReadOnlySpan<float> inverse, Span<sbyte> quantized)
    {
        int i = 0;
        int width = Vector<float>.Count;
        var errors = Vector<float>.Zero;
        var least = new Vector<float>(-127f);
        var greatest = new Vector<float>(127f);
        for (; i <= row.Length - (4 * width); i += 4 * width)
        {
            var narrow = Vector.Narrow(
                Vector.Narrow(Part(row, scales, inverse, i, ref errors), Part(row, scales, inverse, i + width, ref errors)),
                Vector.Narrow(Part(row, scales, inverse, i + (2 * width), ref errors), Part(row, scales, inverse, i + (3 * width), ref errors)));
            narrow.CopyTo(quantized[i..]);
        }

        double error = Vector.Sum(errors);
        for (; i < row.Length; i++)
        {
            float rounded = Math.Clamp(MathF.Round(row[i] * inverse[i]), -127f, 127f);
            quantized[i] = (sbyte)rounded;
            float difference = row[i] - (rounded * scales[i]);
            error += difference * difference;
        }

        return error;

        Vector<int> Part(ReadOnlySpan<float> row, ReadOnlySpan<float> scales, ReadOnlySpan<float> inverse, int at, ref Vector<float> errors)
        {
            var values = new Vector<float>(row[at..]);
            var rounded = Vector.Min(Vector.Max(Vector.Round(values * new Vector<float>(inverse[at..])), least), greatest);
            var difference = values - (rounded * new Vector<float>(scales[at..]));
            errors += difference * difference;
            return Vector.ConvertToInt32(rounded);
        }
    }

    private static double Relative(double error, double norm) =>
        norm == 0 ? 0 : double.IsFinite(norm) ? Math.Sqrt(error / norm) : double.NaN;
}
