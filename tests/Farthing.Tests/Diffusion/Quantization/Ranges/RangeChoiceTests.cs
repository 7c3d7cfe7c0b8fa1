using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Tests.Diffusion.Quantization.Ranges;

public sealed class RangeChoiceTests
{
    [Theory]
    [InlineData(90, 1.6449)]
    [InlineData(99, 2.5758)]
    [InlineData(99.9, 3.2905)]
    public void A_percentile_of_normal_values_is_the_normal_quantile(double percent, double quantile)
    {
        var tensor = Of(Normal(1_000_000));

        var range = new RangeChoice(RangeMethod.Percentile, percent).Of(tensor);

        Assert.Equal(quantile, range.Max, 0.04);
        Assert.Equal(-quantile, range.Min, 0.04);
    }

    [Fact]
    public void The_hundredth_percentile_keeps_all()
    {
        var tensor = Of(Normal(10_000));

        Assert.Equal(tensor.Extremes, new RangeChoice(RangeMethod.Percentile, 100).Of(tensor));
        Assert.Equal(tensor.Extremes, new RangeChoice(RangeMethod.MinMax, 0).Of(tensor));
    }

    [Fact]
    public void Entropy_cuts_a_lone_outlier_off_and_keeps_evenly_spread_values()
    {
        var even = Of([.. Enumerable.Range(0, 100_000).Select(i => (i / 50_000f) - 1)]);
        var outlier = Of([.. Normal(100_000), 60f]);
        var entropy = new RangeChoice(RangeMethod.Entropy, 0);

        Assert.InRange(entropy.Of(even).Max, 0.95f, 1f);
        Assert.InRange(entropy.Of(even).Min, -1f, -0.95f);
        Assert.InRange(entropy.Of(outlier).Max, 2f, 30f);
    }

    [Fact]
    public void Zero_is_always_within()
    {
        var tensor = Of([3f, 4f, 5f]);

        foreach (var method in Enum.GetValues<RangeMethod>())
        {
            Assert.Equal(0, new RangeChoice(method, 99).Of(tensor).Min);
        }
    }

    private static TensorStatistics Of(float[] values)
    {
        var tensor = new TensorStatistics { Histogram = new ValueHistogram() };
        tensor.Note(values.Min(), values.Max(), values.Sum(v => (double)v * v), values.Length, 1);
        tensor.Histogram.Add(values);
        return tensor;
    }

    private static float[] Normal(int count)
    {
        float[] values = new float[count];
        new Farthing.Diffusion.Randomness.TorchGenerator(7).FillNormal(values);
        return values;
    }
}
