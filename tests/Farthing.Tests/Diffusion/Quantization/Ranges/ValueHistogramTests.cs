using CsCheck;
using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Tests.Diffusion.Quantization.Ranges;

public sealed class ValueHistogramTests
{
    private static readonly Gen<float[]> Values =
        Gen.Select(Gen.Float[-1, 1], Gen.Int[-30, 30], (value, exponent) => MathF.ScaleB(value, exponent)).Array[0, 200];

    [Fact]
    public void Counts_depend_on_the_values_alone() =>
        Gen.Select(Values, Values, Values).Sample((a, b, c) =>
        {
            var whole = Of([.. a, .. b, .. c]);
            var other = Of(c);
            other.Merge(Of(a));
            other.Add(b);

            Assert.Equal(whole.Exponent, other.Exponent);
            Assert.True(whole.Counts.SequenceEqual(other.Counts));
            Assert.Equal(a.Length + b.Length + c.Length, whole.Total);
        });

    [Fact]
    public void Every_value_lies_in_its_bin() =>
        Gen.Select(Values.Where(v => v.Length > 0), Gen.Int[0, 1000]).Sample((values, pick) =>
        {
            var histogram = Of(values);
            float value = values[pick % values.Length];
            int bin = (int)Math.Floor(value / histogram.Width) + ValueHistogram.Bins / 2;

            Assert.InRange(bin, 0, ValueHistogram.Bins - 1);
            Assert.True(histogram.Counts[bin] > 0);
            Assert.InRange(value, histogram.Start(bin), histogram.Start(bin + 1));
        });

    [Fact]
    public void Bins_are_as_fine_as_the_greatest_value_allows()
    {
        var histogram = Of([-1f, 0.3f]);

        Assert.True(histogram.Width * ValueHistogram.Bins / 2 > 1);
        Assert.True(histogram.Width * ValueHistogram.Bins / 4 <= 1);
    }

    private static ValueHistogram Of(float[] values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values);
        return histogram;
    }
}
