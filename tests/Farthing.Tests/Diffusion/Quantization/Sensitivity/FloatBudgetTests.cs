using CsCheck;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Sensitivity;

namespace Farthing.Tests.Diffusion.Quantization.Sensitivity;

public sealed class FloatBudgetTests
{
    private static readonly Gen<LayerSensitivity[]> Layers =
        Gen.Select(Gen.Double[0, 1], Gen.Long[1, 1_000_000]).Array[1, 40].Select(rows => rows.Select((row, i) => Layer(i, row.Item1, row.Item2)).ToArray());

    [Fact]
    public void What_stays_in_float_is_within_the_budget() =>
        Gen.Select(Layers, Gen.Double[0, 1]).Sample((layers, budget) =>
        {
            var chosen = FloatBudget.Choose(layers, budget).Select(l => l.Node).ToHashSet();

            double whole = layers.Sum(l => (double)l.MultiplyAdds);
            Assert.True(layers.Where(l => chosen.Contains(l.Target.Node)).Sum(l => l.MultiplyAdds) <= (budget * whole) + 1);
        });

    [Fact]
    public void The_layer_that_spares_most_error_for_its_work_goes_first()
    {
        LayerSensitivity[] layers = [Layer(0, 0.5, 900), Layer(1, 0.4, 50), Layer(2, 0.01, 50)];

        var chosen = Assert.Single(FloatBudget.Choose(layers, 0.06));

        Assert.Equal("layer 1", chosen.Node);
        Assert.Contains("0.4000", chosen.Reason, StringComparison.Ordinal);
        Assert.Empty(FloatBudget.Choose(layers, 0));
    }

    private static LayerSensitivity Layer(int i, double error, long multiplyAdds) =>
        new(new QuantizationTarget($"layer {i}", TargetKind.Linear, "x", "w", $"y{i}"), error, 0, multiplyAdds);
}
