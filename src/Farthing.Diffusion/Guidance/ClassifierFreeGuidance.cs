using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Farthing.Diffusion.Guidance;

/// <summary>Pushes a prediction away from the negative prompt's: Ho and Salimans 2022, in diffusers' weighting.</summary>
public static class ClassifierFreeGuidance
{
    /// <summary>Writes u + scale · (c − u); 1 gives the positive prediction, more follows the prompt harder.</summary>
    /// <param name="halves">The model's output for a doubled batch: all negative predictions u, then all positive c.</param>
    /// <param name="scale">The guidance scale.</param>
    /// <param name="destination">Receives the guided predictions, half as many values; may be the first half.</param>
    /// <typeparam name="T">float or <see cref="Half"/>; each operation is rounded to it, as in torch.</typeparam>
    /// <exception cref="ArgumentException">The output is not twice as long as the destination.</exception>
    public static void Combine<T>(ReadOnlySpan<T> halves, float scale, Span<T> destination)
        where T : unmanaged, IFloatingPoint<T>
    {
        if (halves.Length != 2 * destination.Length)
        {
            throw new ArgumentException(
                $"The model's output has {halves.Length} values; guidance needs {2 * destination.Length}, negative then positive.",
                nameof(halves));
        }

        int length = destination.Length;
        Combine(halves[..length], halves[length..], T.CreateChecked(scale), destination);
    }

    private static void Combine<T>(ReadOnlySpan<T> negative, ReadOnlySpan<T> positive, T scale, Span<T> destination)
        where T : unmanaged, IFloatingPoint<T>
    {
        const int BlockBytes = 1024;
        int blockLength = BlockBytes / Unsafe.SizeOf<T>();

        // In blocks, so that the destination may lie on the negative half.
        Span<T> block = stackalloc T[blockLength];
        for (int i = 0; i < destination.Length; i += blockLength)
        {
            int count = Math.Min(blockLength, destination.Length - i);
            var difference = block[..count];
            var u = negative.Slice(i, count);
            TensorPrimitives.Subtract(positive.Slice(i, count), u, difference);
            TensorPrimitives.Multiply(difference, scale, difference);
            TensorPrimitives.Add(u, difference, destination.Slice(i, count));
        }
    }
}
