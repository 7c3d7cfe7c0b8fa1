using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Tests.Diffusion.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    public void A_95_percent_interval_holds_the_true_mean_about_95_times_of_100()
    {
        var random = new Random(7);
        var bootstrap = new Bootstrap(2_000);
        int held = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            var figure = bootstrap.Figure([.. Enumerable.Range(0, 60).Select(_ => 3 + Normal(random))], lowIsWorse: true);
            held += figure.Low <= 3 && 3 <= figure.High ? 1 : 0;
        }

        // Three standard errors of 300 trials are 3.8%.
        Assert.InRange(held / 300.0, 0.91, 0.99);
    }

    [Fact]
    public void An_interval_is_about_as_wide_as_the_normal_one()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => Normal(random))];
        var figure = new Bootstrap().Figure(values, lowIsWorse: true);

        double mean = values.Average(), error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean))) / 400;
        Assert.Equal(mean - 1.96 * error, figure.Low, 0.01);
        Assert.Equal(mean + 1.96 * error, figure.High, 0.01);
        Assert.Equal(figure, new Bootstrap().Figure(values, lowIsWorse: true));
    }

    [Fact]
    public void The_worst_slice_is_the_mean_of_the_worst_5_percent_and_of_one_at_least()
    {
        double[] values = [.. Enumerable.Range(1, 41).Select(static i => (double)i)];
        Assert.Equal(2, new Bootstrap().Figure(values, lowIsWorse: true).Worst);
        Assert.Equal(40, new Bootstrap().Figure(values, lowIsWorse: false).Worst);
        Assert.Equal(5, new Bootstrap().Figure([5, 9], lowIsWorse: true).Worst);
    }

    [Fact]
    public void Equal_values_have_no_width_and_few_resamples_are_refused()
    {
        var figure = new Bootstrap().Figure([0.25, 0.25, 0.25], lowIsWorse: true);
        Assert.Equal((0.25, 0.25, 0.25), (figure.Mean, figure.Low, figure.High));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bootstrap(1_999));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
