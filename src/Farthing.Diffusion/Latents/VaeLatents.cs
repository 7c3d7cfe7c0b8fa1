using System.Numerics.Tensors;

namespace Farthing.Diffusion.Latents;

/// <summary>What happens to latents between the autoencoder's graphs and the denoising loop.</summary>
public static class VaeLatents
{
    // The bounds of diffusers' DiagonalGaussianDistribution.
    private const float LeastLogVariance = -30;
    private const float GreatestLogVariance = 20;

    /// <summary>Brings encoded latents to the denoiser's scale: times the VAE's <c>scaling_factor</c>.</summary>
    public static void ScaleFromEncoder(Span<float> latents, float scalingFactor) =>
        TensorPrimitives.Multiply(latents, scalingFactor, latents);

    /// <summary>Brings denoised latents to the decoder's scale: divided by the VAE's <c>scaling_factor</c>.</summary>
    public static void ScaleForDecoder(Span<float> latents, float scalingFactor) =>
        TensorPrimitives.Divide(latents, scalingFactor, latents);

    /// <summary>Draws latents from the encoder's distribution: mean + exp(logvar/2) · noise, logvar clamped to [−30, 20].</summary>
    /// <param name="parameters">[batch, 2 · channels, h, w]: of each image the means, then the log-variances.</param>
    /// <param name="batch">How many images there are.</param>
    /// <param name="noise">Standard normal values, [batch, channels, h, w].</param>
    /// <param name="latents">Receives the sample, [batch, channels, h, w].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void SamplePosterior(
        ReadOnlySpan<float> parameters, int batch, ReadOnlySpan<float> noise, Span<float> latents)
    {
        CheckLengths(parameters.Length, batch, latents.Length);
        CheckLengths(parameters.Length, batch, noise.Length);
        int length = latents.Length / batch;
        for (int i = 0; i < batch; i++)
        {
            var image = latents.Slice(i * length, length);
            var mean = parameters.Slice(2 * i * length, length);
            TensorPrimitives.Clamp(
                parameters.Slice(((2 * i) + 1) * length, length), LeastLogVariance, GreatestLogVariance, image);
            TensorPrimitives.Multiply(image, 0.5f, image);
            TensorPrimitives.Exp<float>(image, image);
            TensorPrimitives.MultiplyAdd(image, noise.Slice(i * length, length), mean, image);
        }
    }

    /// <summary>Takes the encoder's means.</summary>
    /// <param name="parameters">[batch, 2 · channels, h, w].</param>
    /// <param name="batch">How many images there are.</param>
    /// <param name="latents">Receives the means, [batch, channels, h, w].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Mode(ReadOnlySpan<float> parameters, int batch, Span<float> latents)
    {
        CheckLengths(parameters.Length, batch, latents.Length);
        int length = latents.Length / batch;
        for (int i = 0; i < batch; i++)
        {
            parameters.Slice(2 * i * length, length).CopyTo(latents[(i * length)..]);
        }
    }

    private static void CheckLengths(int parameters, int batch, int latents)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (parameters != 2 * latents || latents % batch != 0)
        {
            throw new ArgumentException(
                $"{parameters} parameters and {latents} latents do not fit: means and log-variances of {batch} images are needed.");
        }
    }
}
