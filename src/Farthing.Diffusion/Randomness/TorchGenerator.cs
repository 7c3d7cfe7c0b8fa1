using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Farthing.Diffusion.Randomness;

/// <summary>
/// Draws what <c>torch.Generator("cpu").manual_seed(seed)</c> draws, so that a seed gives the latents that
/// torch and diffusers start from. Not safe for use by two threads at a time.
/// </summary>
/// <param name="seed">The seed; torch uses its low 32 bits.</param>
public sealed class TorchGenerator(long seed)
{
    private const int Chunk = 16;
    private const float UnitOf24Bits = 1f / (1 << 24);

    private readonly MersenneTwister _words = new(unchecked((uint)seed));

    // A short draw makes values in pairs; the second waits here for the next short draw.
    private double? _spare;

    /// <summary>The seed as it was given.</summary>
    public long Seed { get; } = seed;

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32() => _words.Next();

    /// <summary>Fills with uniform values in [0, 1), as <c>torch.rand</c>.</summary>
    public void FillUniform(Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (_words.Next() & 0xffffff) * UnitOf24Bits;
        }
    }

    /// <summary>
    /// Fills with standard normal values, as one <c>torch.randn</c> of that many values: fewer than 16 are made
    /// one by one in double precision, more in chunks of 16 in single precision.
    /// </summary>
    public void FillNormal(Span<float> destination)
    {
        if (destination.Length < Chunk)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = (float)NextNormal();
            }

            return;
        }

        FillInChunks(destination, destination.Length);
    }

    /// <summary>
    /// Fills with standard normal values, as <c>torch.randn(dtype=torch.float16)</c>: for fewer than 16 values
    /// and for a multiple of 16, the float32 ones rounded.
    /// </summary>
    public void FillNormal(Span<Half> destination)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(destination.Length);
        var exact = rented.AsSpan(0, destination.Length);
        if (exact.Length < Chunk)
        {
            FillNormal(exact);
        }
        else
        {
            // Unlike the float32 path, this one draws no words for places that the tail overwrites.
            FillInChunks(exact, exact.Length / Chunk * Chunk);
        }

        TensorPrimitives.ConvertToHalf(exact, destination);
        ArrayPool<float>.Shared.Return(rented);
    }

    private void FillInChunks(Span<float> destination, int drawn)
    {
        FillUniform(destination[..drawn]);
        for (int i = 0; i + Chunk <= destination.Length; i += Chunk)
        {
            UniformToNormal(destination.Slice(i, Chunk));
        }

        if (destination.Length % Chunk != 0)
        {
            // The remainder can't be made in a chunk of its own: torch draws the last 16 anew.
            var tail = destination[^Chunk..];
            FillUniform(tail);
            UniformToNormal(tail);
        }
    }

    /// <summary>Box–Muller in double precision.</summary>
    private double NextNormal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        double u1 = NextDouble(), u2 = NextDouble();
        double radius = Math.Sqrt(-2 * Log1P(-u2)), angle = 2 * Math.PI * u1;
        _spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    private double NextDouble()
    {
        ulong high = _words.Next(), low = _words.Next();
        return (((high << 32) | low) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
    }

    /// <summary>ln(1 + x) without the loss of digits near 0: Kahan's correction of the rounded sum.</summary>
    private static double Log1P(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>Box–Muller on 16 uniform values: the first eight give the radii, the others the angles.</summary>
    private static void UniformToNormal(Span<float> chunk)
    {
        ref float start = ref MemoryMarshal.GetReference(chunk);
        var u1 = Vector256<float>.One - Vector256.LoadUnsafe(ref start);
        var u2 = Vector256.LoadUnsafe(ref start, 8);
        var radius = Vector256.Sqrt(Vector256.Create(-2f) * CephesMath.Log(u1));
        var (sin, cos) = CephesMath.SinCos(Vector256.Create(2 * MathF.PI) * u2);
        (radius * cos).StoreUnsafe(ref start);
        (radius * sin).StoreUnsafe(ref start, 8);
    }
}
