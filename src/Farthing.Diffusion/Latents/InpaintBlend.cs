using System.Numerics.Tensors;

namespace Farthing.Diffusion.Latents;

/// <summary>Inpainting with a UNet that knows no masks: what is kept is put back after each step.</summary>
public static class InpaintBlend
{
    /// <summary>
    /// Turns latents into (1 − mask) · proper + mask · latents in place. <paramref name="proper"/> are the
    /// picture's latents with the noise of the next step, or clean after the last one.
    /// </summary>
    /// <param name="mask">One plane, [h, w]; 1 is drawn anew.</param>
    /// <param name="proper">[batch, channels, h, w].</param>
    /// <param name="latents">As <paramref name="proper"/>.</param>
    /// <exception cref="ArgumentException">The latents' lengths differ or are no whole number of planes.</exception>
    public static void Apply(ReadOnlySpan<float> mask, ReadOnlySpan<float> proper, Span<float> latents)
    {
        if (mask.IsEmpty || proper.Length != latents.Length || latents.Length % mask.Length != 0)
        {
            throw new ArgumentException(
                $"{latents.Length} latents and {proper.Length} of the picture are not whole planes of {mask.Length}.");
        }

        for (int i = 0; i < latents.Length; i += mask.Length)
        {
            Blend(mask, proper.Slice(i, mask.Length), latents.Slice(i, mask.Length));
        }
    }

    private static void Blend(ReadOnlySpan<float> mask, ReadOnlySpan<float> proper, Span<float> latents)
    {
        const int Block = 256;
        Span<float> buffer = stackalloc float[Block];
        for (int i = 0; i < mask.Length; i += Block)
        {
            int count = Math.Min(Block, mask.Length - i);
            var m = mask.Slice(i, count);
            var x = latents.Slice(i, count);
            var kept = buffer[..count];
            TensorPrimitives.Subtract(1f, m, kept);
            TensorPrimitives.Multiply(kept, proper.Slice(i, count), kept);
            TensorPrimitives.Multiply(x, m, x);
            TensorPrimitives.Add(x, kept, x);
        }
    }
}
