using CsCheck;
using Farthing.Diffusion.Quantization;

namespace Farthing.Tests.Diffusion.Quantization;

public sealed class ActivationGridTests
{
    private static readonly Gen<ActivationRange> Ranges =
        Gen.Select(Gen.Float[-50f, 50f], Gen.Float[-50f, 50f]).Select((a, b) => new ActivationRange(Math.Min(a, b), Math.Max(a, b)));

    [Fact]
    public void A_grid_reaches_over_its_range_and_holds_0() => Ranges.Sample(range =>
    {
        var grid = ActivationGrid.Of(range);
        Assert.InRange(grid.Scale * -grid.Zero, float.NegativeInfinity, Math.Min(range.Min, 0) + (grid.Scale * 0.51f));
        Assert.InRange(grid.Scale * (255 - grid.Zero), Math.Max(range.Max, 0) - (grid.Scale * 0.51f), float.PositiveInfinity);
    });

    [Fact]
    public void Grids_with_one_zero_point_reach_over_their_ranges() => Ranges.Array[2, 3].Sample(ranges =>
    {
        var grids = ActivationGrid.Shared(ranges);
        Assert.Single(grids.Select(g => g.Zero).Distinct());
        foreach (var (range, grid) in ranges.Zip(grids))
        {
            Assert.InRange(grid.Scale * -grid.Zero, float.NegativeInfinity, Math.Min(range.Min, 0) + (1e-4f * grid.Scale));
            Assert.InRange(grid.Scale * (255 - grid.Zero), Math.Max(range.Max, 0) - (1e-4f * grid.Scale), float.PositiveInfinity);
        }
    });

    [Fact]
    public void Alike_ranges_lose_next_to_nothing_by_sharing_a_zero_point()
    {
        var grids = ActivationGrid.Shared([new(-1, 1), new(-10, 10)]);

        Assert.InRange(grids[0].Scale, 2f / 255, 2.02f / 255);
        Assert.InRange(grids[1].Scale, 20f / 255, 20.2f / 255);
    }

    [Fact]
    public void A_tensor_that_was_always_0_has_a_grid()
    {
        Assert.InRange(ActivationGrid.Of(default).Scale, 1e-12f, 1e-6f);
        Assert.InRange(ActivationGrid.Symmetric(default), 1e-12f, 1e-6f);
        Assert.InRange(ActivationGrid.Shared([default, new(-1, 1)])[0].Scale, 1e-12f, 1f);
    }
}
