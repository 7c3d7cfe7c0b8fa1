using System.Numerics.Tensors;

namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>
/// Counts values in bins that are a power of two wide and begin at multiples of it. When a value lies outside, the bins are
/// made twice as wide, which joins neighbours exactly. So the counts depend on the values alone, not on their order or on how
/// they were divided among histograms that were merged.
/// </summary>
internal sealed class ValueHistogram
{
    /// <summary>Number of bins, half of them below 0.</summary>
    public const int Bins = 8192;

    private const int Half = Bins / 2;
    private const int LeastExponent = -100;
    private readonly long[] _counts;

    public ValueHistogram()
        : this(LeastExponent, new long[Bins])
    {
    }

    private ValueHistogram(int exponent, long[] counts) => (Exponent, _counts) = (exponent, counts);

    /// <summary>Bins are 2^exponent wide.</summary>
    public int Exponent { get; private set; }

    /// <summary>Width of a bin.</summary>
    public double Width => Math.ScaleB(1, Exponent);

    /// <summary>How many values each bin has, from that of the least values on.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>How many values were counted.</summary>
    public long Total => TensorPrimitives.Sum<long>(_counts);

    /// <summary>Least value of a bin.</summary>
    public double Start(int bin) => (bin - Half) * Width;

    /// <summary>Rebuilds a histogram.</summary>
    /// <param name="exponent">Bins are 2^exponent wide.</param>
    /// <param name="first">The bin of the first count.</param>
    /// <param name="counts">Counts of neighbouring bins; all others are 0.</param>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    public static ValueHistogram Restore(int exponent, int first, ReadOnlySpan<long> counts)
    {
        if (exponent < LeastExponent || first < 0 || first + counts.Length > Bins)
        {
            throw new InvalidDataException("a histogram has bins that can't be.");
        }

        var histogram = new ValueHistogram(exponent, new long[Bins]);
        counts.CopyTo(histogram._counts.AsSpan(first));
        return histogram;
    }

    /// <summary>Counts finite values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        float largest = MathF.Max(MathF.Abs(TensorPrimitives.Max(values)), MathF.Abs(TensorPrimitives.Min(values)));
        Widen(ExponentFor(largest));
        // In double, where a denormal below 0 does not underflow to the bin above it.
        double perWidth = Math.ScaleB(1, -Exponent);
        foreach (float value in values)
        {
            _counts[(int)Math.Floor(value * perWidth) + Half]++;
        }
    }

    /// <summary>Adds another's counts.</summary>
    public void Merge(ValueHistogram other)
    {
        Widen(other.Exponent);
        int shift = Exponent - other.Exponent;
        for (int i = 0; i < Bins; i++)
        {
            if (other._counts[i] != 0)
            {
                _counts[((i - Half) >> Math.Min(shift, 31)) + Half] += other._counts[i];
            }
        }
    }

    private static int ExponentFor(float largest) =>
        largest == 0 ? LeastExponent : Math.Max(LeastExponent, Math.ILogB(largest) + 1 - (int.Log2(Bins) - 1));

    private void Widen(int exponent)
    {
        if (exponent <= Exponent)
        {
            return;
        }

        int shift = Math.Min(exponent - Exponent, 31);
        long[] old = [.. _counts];
        Array.Clear(_counts);
        for (int i = 0; i < Bins; i++)
        {
            _counts[((i - Half) >> shift) + Half] += old[i];
        }

        Exponent = exponent;
    }
}
