using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Floats cut to the upper half of their bits (bfloat16): half the memory, and a shift makes a float of one again. Of two vectors of norm 1 with
/// 384 values, the cosine is wrong by about 0.0001.
/// </summary>
internal static class BrainFloats
{
    /// <summary>Rounds floats to the nearest, halves to the even one. They must be finite.</summary>
    public static void Narrow(ReadOnlySpan<float> values, Span<ushort> narrowed)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            narrowed[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>Makes floats of them again.</summary>
    public static void Widen(ReadOnlySpan<ushort> narrowed, Span<float> values)
    {
        for (var i = 0; i < narrowed.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)narrowed[i] << 16);
        }
    }

    /// <summary>The Euclidean norm, which the cut has moved a little from that of the floats.</summary>
    public static float Norm(ReadOnlySpan<ushort> narrowed)
    {
        var sum = 0f;
        foreach (var bits in narrowed)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)bits << 16);
            sum += value * value;
        }

        return MathF.Sqrt(sum);
    }

    /// <summary>The sum of the products; both spans are of one length.</summary>
    /// <remarks>It is compiled for good at once: in the runtime's first, quick form vectors are many times slower.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> values, ReadOnlySpan<ushort> narrowed)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(values);
        var packed = MemoryMarshal.Cast<ushort, Vector<ushort>>(narrowed[..values.Length]);
        var (low, high) = (Vector<float>.Zero, Vector<float>.Zero);
        for (var i = 0; i < packed.Length; i++)
        {
            Vector.Widen(packed[i], out var first, out var second);
            low = Vector.FusedMultiplyAdd(wide[2 * i], Vector.AsVectorSingle(first << 16), low);
            high = Vector.FusedMultiplyAdd(wide[(2 * i) + 1], Vector.AsVectorSingle(second << 16), high);
        }

        var sum = Vector.Sum(low + high);
        for (var i = packed.Length * Vector<ushort>.Count; i < values.Length; i++)
        {
            sum += values[i] * BitConverter.UInt32BitsToSingle((uint)narrowed[i] << 16);
        }

        return sum;
    }
}
