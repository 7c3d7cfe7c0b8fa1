using Farthing.Rendering.Imaging;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class InpaintCanvasTests
{
    [Theory]
    [InlineData(64, 64)]
    [InlineData(72, 40)]
    [InlineData(33, 17)]
    [InlineData(1, 1)]
    public void One_colour_fills_all(int width, int height)
    {
        Raster product = TestPictures.Rgba(width, height, (x, y) => x == width / 2 && y == height / 2 ? (10, 200, 90, 255) : (0, 0, 0, 0));
        Raster canvas = InpaintCanvas.Fill(product);
        for (int i = 0; i < canvas.Pixels.Length; i += 3)
        {
            Assert.Equal([10, 200, 90], canvas.Pixels[i..(i + 3)]);
        }
    }

    [Fact]
    public void The_product_stays_and_its_surroundings_have_the_colour_of_the_nearest_edge()
    {
        // Left half red, right half blue, with nothing around.
        Raster product = TestPictures.Rgba(128, 128, (x, y) =>
            x is >= 40 and < 88 && y is >= 40 and < 88 ? (x < 64 ? (220, 10, 10, 255) : (10, 10, 220, 255)) : (0, 0, 0, 0));
        Raster canvas = InpaintCanvas.Fill(product);
        for (int y = 40; y < 88; y++)
        {
            for (int x = 40; x < 88; x++)
            {
                Assert.Equal(product.Pixels.AsSpan((y * 128 + x) * 4, 3), canvas.Pixels.AsSpan((y * 128 + x) * 3, 3));
            }
        }

        Assert.True(canvas.Pixels[(60 * 128 + 37) * 3] > 200, "beside the red edge");
        Assert.True(canvas.Pixels[(60 * 128 + 90) * 3 + 2] > 200, "beside the blue edge");
    }

    [Fact]
    public void A_thin_glow_does_not_colour_the_canvas()
    {
        Raster product = TestPictures.Rgba(32, 32, (x, y) => x is >= 12 and < 20 ? (50, 60, 70, 255) : (255, 255, 0, 60));
        Assert.All(InpaintCanvas.Fill(product).Pixels.Chunk(3), pixel => Assert.Equal([50, 60, 70], pixel));
    }

    [Fact]
    public void Without_a_product_it_is_grey() =>
        Assert.All(InpaintCanvas.Fill(TestPictures.Rgba(16, 16, (x, y) => (255, 0, 0, 0))).Pixels, value => Assert.Equal(128, value));

    [Fact]
    public void A_cell_is_known_only_where_all_of_it_is_opaque()
    {
        Raster product = TestPictures.Rgba(24, 16, (x, y) => (1, 2, 3, x >= 8 && !(x == 15 && y == 7) && !(x == 16 && y == 15) ? 255 : 0));
        product.Pixels[(3 * 24 + 20) * 4 + 3] = 254;
        float[] mask = new float[6];
        LatentMask.Fill(product, mask);
        Assert.Equal([1, 1, 1, 1, 0, 1], mask);
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        Raster product = TestPictures.Rgba(24, 16, (x, y) => (1, 2, 3, 255));
        Assert.Throws<ArgumentException>(() => LatentMask.Fill(product, new float[5]));
        Assert.Throws<ArgumentException>(() => LatentMask.Fill(TestPictures.Rgba(20, 16, (x, y) => (0, 0, 0, 0)), new float[4]));
    }

    [Fact]
    public void Filling_allocates_its_result_and_no_more()
    {
        Raster product = TestPictures.Disc(256);
        InpaintCanvas.Fill(product);

        long least = Allocations.Least(() => InpaintCanvas.Fill(product));

        Assert.InRange(least, 256 * 256 * 3, (256 * 256 * 3) + 2_000);
    }
}
