using System.Numerics.Tensors;

namespace Farthing.Diffusion.Guidance;

/// <summary>Takes back the contrast that strong guidance adds: Lin et al. 2023, section 3.4.</summary>
public static class GuidanceRescale
{
    /// <summary>
    /// Turns each sample's guided prediction ε into φ · ε · std(c)/std(ε) + (1 − φ) · ε in place, std being taken
    /// over the sample. A sample without variance is left alone.
    /// </summary>
    /// <param name="positive">The positive predictions c, sample after sample.</param>
    /// <param name="phi">φ, from 0 (nothing happens) to 1.</param>
    /// <param name="samples">How many samples the spans hold.</param>
    /// <param name="guided">The guided predictions.</param>
    /// <exception cref="ArgumentException">The spans' lengths differ or are no multiple of the samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">φ is not from 0 to 1.</exception>
    public static void Apply(ReadOnlySpan<float> positive, float phi, int samples, Span<float> guided)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (phi is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(phi), phi, "The guidance rescale must be from 0 to 1.");
        }

        if (positive.Length != guided.Length || guided.Length % samples != 0)
        {
            throw new ArgumentException(
                $"{positive.Length} positive and {guided.Length} guided values are not {samples} equal samples.");
        }

        int length = guided.Length / samples;
        for (int i = 0; i < samples; i++)
        {
            var sample = guided.Slice(i * length, length);

            // n or n − 1 in both deviations cancels out.
            float deviation = TensorPrimitives.StdDev<float>(sample);
            if (deviation > 0)
            {
                float ratio = TensorPrimitives.StdDev(positive.Slice(i * length, length)) / deviation;
                TensorPrimitives.Multiply(sample, (phi * ratio) + (1 - phi), sample);
            }
        }
    }
}
