using Farthing.Rendering.Imaging;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class PlacementTests
{
    private static readonly CutOut Disc = TestPictures.CutOut(TestPictures.Disc(200));

    [Fact]
    public void By_default_the_product_stands_in_the_lower_middle()
    {
        PixelBox box = new PlacementPlan(Disc, Placement.Default, 128, 128).Render(128, 128).OpaqueBox!.Value;
        Assert.InRange(box.Height, 76, 78);
        Assert.InRange(box.Width, 76, 78);
        Assert.InRange(box.Left + box.Width / 2.0, 63.5, 64.5);
        Assert.InRange(box.Bottom, 104, 106);
    }

    [Theory]
    [InlineData(256, 128)]
    [InlineData(128, 256)]
    public void The_scale_is_a_share_of_the_side_that_is_reached_first(int width, int height)
    {
        PixelBox box = new PlacementPlan(Disc, new Placement { Scale = 1, Y = 1 }, width, height).Render(width, height).OpaqueBox!.Value;
        Assert.InRange(box.Width, 126, 130);
        Assert.InRange(box.Height, 126, 130);
        Assert.Equal(height, box.Bottom);
    }

    [Fact]
    public void The_large_product_lies_on_the_small_one()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(SampleFiles.Folder, "products"), "*.png"))
        {
            var plan = new PlacementPlan(CutOutLoader.LoadFile(path), Placement.Default, 128, 128);
            PixelBox small = plan.Render(128, 128).OpaqueBox!.Value;
            PixelBox large = plan.Render(512, 512).OpaqueBox!.Value;
            Assert.InRange(large.Left, small.Left * 4 - 3, small.Left * 4 + 3);
            Assert.InRange(large.Right, small.Right * 4 - 3, small.Right * 4 + 3);
            Assert.InRange(large.Top, small.Top * 4 - 3, small.Top * 4 + 3);
            Assert.InRange(large.Bottom, small.Bottom * 4 - 3, small.Bottom * 4 + 3);
        }
    }

    [Fact]
    public void Colours_do_not_mix_with_what_is_transparent()
    {
        // Black behind alpha 0 makes dark edges when pixels are resized without premultiplying.
        Raster disc = TestPictures.Rgba(200, 200, (x, y) => Math.Pow(x - 99.5, 2) + Math.Pow(y - 99.5, 2) < 6400 ? (255, 255, 255, 255) : (0, 0, 0, 0));
        Raster placed = new PlacementPlan(TestPictures.CutOut(disc), Placement.Default, 96, 96).Render(96, 96).Canvas;
        int partial = 0;
        for (int i = 0; i < placed.Pixels.Length; i += 4)
        {
            if (placed.Pixels[i + 3] is > 8 and < 255)
            {
                partial++;
                Assert.True(placed.Pixels[i] > 240, $"{placed.Pixels[i]} at alpha {placed.Pixels[i + 3]}");
            }
        }

        Assert.True(partial > 50);
    }

    [Fact]
    public void The_inside_is_wholly_opaque_and_the_outside_wholly_clear()
    {
        Raster placed = new PlacementPlan(Disc, Placement.Default, 128, 128).Render(128, 128).Canvas;
        for (int y = 0; y < 128; y++)
        {
            for (int x = 0; x < 128; x++)
            {
                double distance = Math.Sqrt(Math.Pow(x + 0.5 - 64, 2) + Math.Pow(y + 0.5 - (105 - 38.4), 2));
                byte alpha = placed.Pixels[(y * 128 + x) * 4 + 3];
                Assert.True(distance > 36 || alpha == 255, $"{x},{y}: {alpha}");
                Assert.True(distance < 41 || alpha == 0, $"{x},{y}: {alpha}");
            }
        }
    }

    [Fact]
    public void At_its_own_size_the_pixels_are_the_file_s()
    {
        Raster square = TestPictures.Rgba(64, 64, (x, y) => (x * 4, y * 4, 77, 255));
        Raster placed = new PlacementPlan(TestPictures.CutOut(square), new Placement { Scale = 1, Y = 1 }, 64, 64).Render(64, 64).Canvas;
        Assert.Equal(square.Pixels, placed.Pixels);
    }

    [Fact]
    public void A_product_may_stick_out_or_be_away()
    {
        PlacedProduct half = new PlacementPlan(Disc, new Placement { X = 0, Y = 0.5 }, 64, 64).Render(64, 64);
        Assert.Equal(0, half.OpaqueBox!.Value.Left);
        Assert.Null(new PlacementPlan(Disc, new Placement { X = -1 }, 64, 64).Render(64, 64).OpaqueBox);
        Assert.NotNull(new PlacementPlan(Disc, new Placement { Scale = 4 }, 64, 64).Render(64, 64).OpaqueBox);
    }

    [Theory]
    [InlineData(double.NaN, 0.8, 0.6)]
    [InlineData(0.5, 3, 0.6)]
    [InlineData(0.5, 0.8, 0)]
    [InlineData(0.5, 0.8, double.PositiveInfinity)]
    public void Settings_out_of_range_are_clear_errors(double x, double y, double scale) =>
        Assert.Throws<ImagingException>(() => new PlacementPlan(Disc, new Placement { X = x, Y = y, Scale = scale }, 64, 64));

    [Fact]
    public void A_speck_in_a_glow_is_not_enlarged_without_bound()
    {
        Raster speck = TestPictures.Rgba(600, 600, (x, y) => (9, 9, 9, x == 300 && y == 300 ? 255 : 5));
        Assert.Throws<ImagingException>(() => new PlacementPlan(TestPictures.CutOut(speck), Placement.Default, 4096, 4096));
    }
}
