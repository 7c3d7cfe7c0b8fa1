using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>One call of <see cref="FusedLayerNorm"/>: where its tensors lie, and the arithmetic of a strip of rows.</summary>
internal unsafe struct LayerNormCall
{
    /// <summary>Rows that one thread takes at a time.</summary>
    private const int Strip = 8;

    /// <summary>Values that are normalized before they are rounded: they stay in the nearest cache.</summary>
    private const int Piece = 1024;

    public float* X;
    public float* Scale;
    public float* Shift;
    public byte* Output;
    public ByteGrid Grid;
    public int Width;
    public long Rows;
    public float Epsilon;

    /// <summary>What is added to x; null for nothing.</summary>
    public float* Y;

    /// <summary>Where the sum goes.</summary>
    public float* Sum;

    public readonly long Strips => (Rows + Strip - 1) / Strip;

    /// <summary>Normalizes some rows. Rows share nothing.</summary>
    [SkipLocalsInit]
    public readonly void Run(long strip)
    {
        float* piece = stackalloc float[Piece];
        long end = Math.Min(Rows, (strip + 1) * Strip);
        for (long row = strip * Strip; row < end; row++)
        {
            float* values = X + row * Width;
            if (Y is not null)
            {
                float* sums = Sum + row * Width;
                Add(values, Y + row * Width, sums, Width);
                values = sums;
            }

            float mean = Total(values, Width, 0, squares: false) / Width;
            float inverse = 1 / MathF.Sqrt(Total(values, Width, mean, squares: true) / Width + Epsilon);
            for (int start = 0; start < Width; start += Piece)
            {
                int count = Math.Min(Piece, Width - start);
                Normalize(values + start, Scale + start, Shift + start, mean, inverse, piece, count);
                Grid.Round(piece, count, Output + row * Width + start);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* x, float* y, float* sum, int count)
    {
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            (Vector256.Load(x + i) + Vector256.Load(y + i)).Store(sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] = x[i] + y[i];
        }
    }

    /// <summary>Sum of the differences from a value, or of their squares; four sums side by side, since an addition waits for the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Total(float* values, int count, float from, bool squares)
    {
        var origin = Vector256.Create(from);
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= count - 32; i += 32)
        {
            var (p, q) = (Vector256.Load(values + i) - origin, Vector256.Load(values + i + 8) - origin);
            var (r, s) = (Vector256.Load(values + i + 16) - origin, Vector256.Load(values + i + 24) - origin);
            a = squares ? Vector256.FusedMultiplyAdd(p, p, a) : a + p;
            b = squares ? Vector256.FusedMultiplyAdd(q, q, b) : b + q;
            c = squares ? Vector256.FusedMultiplyAdd(r, r, c) : c + r;
            d = squares ? Vector256.FusedMultiplyAdd(s, s, d) : d + s;
        }

        float sum = Vector256.Sum(a + b + (c + d));
        for (; i < count; i++)
        {
            float value = values[i] - from;
            sum += squares ? value * value : value;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(float* values, float* scale, float* shift, float mean, float inverse, float* to, int count)
    {
        int i = 0;
        var origin = Vector256.Create(mean);
        var factor = Vector256.Create(inverse);
        for (; i <= count - 8; i += 8)
        {
            var normal = (Vector256.Load(values + i) - origin) * factor;
            Vector256.FusedMultiplyAdd(normal, Vector256.Load(scale + i), Vector256.Load(shift + i)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = MathF.FusedMultiplyAdd((values[i] - mean) * inverse, scale[i], shift[i]);
        }
    }
}
