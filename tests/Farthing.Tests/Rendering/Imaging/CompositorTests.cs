using Farthing.Rendering.Imaging;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class CompositorTests
{
    private static readonly Raster Background = TestPictures.Rgb(128, 128, (x, y) => (x * 2, 128, y * 2));

    [Fact]
    public void Every_sample_product_is_byte_identical_where_it_is_opaque()
    {
        Raster sharp = PictureEdits.Sharpen(Background, 2);
        foreach (string path in Directory.GetFiles(Path.Combine(SampleFiles.Folder, "products"), "*.png"))
        {
            PlacedProduct product = new PlacementPlan(CutOutLoader.LoadFile(path), Placement.Default, 128, 128).Render(512, 512);
            Raster result = Compositor.Composite(sharp, product, ContactShadow.Default);
            int opaque = 0;
            for (int i = 0; i < 512 * 512; i++)
            {
                if (product.Canvas.Pixels[i * 4 + 3] == 255)
                {
                    opaque++;
                    Assert.True(product.Canvas.Pixels.AsSpan(i * 4, 3).SequenceEqual(result.Pixels.AsSpan(i * 3, 3)), $"{path} at {i}");
                }
            }

            Assert.True(opaque > 10_000, path);
        }
    }

    [Fact]
    public void Partial_alpha_is_blended_straight()
    {
        Raster product = TestPictures.Rgba(4, 1, (x, y) => (200, 0, 100, x * 85));
        Raster result = Compositor.Composite(TestPictures.Rgb(4, 1, (x, y) => (50, 50, 50)), new PlacedProduct(product, null), null);
        Assert.Equal([50, 50, 50, 100, 33, 67, 150, 17, 83, 200, 0, 100], result.Pixels);
    }

    [Fact]
    public void Without_a_product_the_background_comes_through()
    {
        var none = new PlacedProduct(TestPictures.Rgba(128, 128, (x, y) => (255, 0, 0, 0)), null);
        Assert.Equal(Background.Pixels, Compositor.Composite(Background, none, ContactShadow.Default).Pixels);
    }

    [Fact]
    public void The_shadow_darkens_the_ground_at_the_product_s_foot_and_nothing_above()
    {
        PlacedProduct mug = new PlacementPlan(CutOutLoader.LoadFile(SampleFiles.Product("red-mug.png")), Placement.Default, 128, 128).Render(256, 256);
        Raster white = TestPictures.Rgb(256, 256, (x, y) => (255, 255, 255));
        byte[] plain = Compositor.Composite(white, mug, null).Pixels;
        byte[] shaded = Compositor.Composite(white, mug, ContactShadow.Default).Pixels;
        PixelBox box = mug.OpaqueBox!.Value;

        Assert.All(Enumerable.Range(0, plain.Length), i => Assert.True(shaded[i] <= plain[i]));
        int foot = ((box.Bottom + 2) * 256 + box.Left + box.Width / 3) * 3;
        Assert.InRange(shaded[foot], 100, 215);
        int above = (box.Top + box.Height / 2) * 256 * 3;
        Assert.Equal(plain[..above], shaded[..above]);
        int corner = (255 * 256 + 128) * 3;
        Assert.Equal(255, shaded[corner]);
    }

    [Fact]
    public void The_shadow_can_be_shifted_and_turned_off()
    {
        PlacedProduct bottle = new PlacementPlan(CutOutLoader.LoadFile(SampleFiles.Product("blue-bottle.png")), Placement.Default, 128, 128).Render(128, 128);
        Raster white = TestPictures.Rgb(128, 128, (x, y) => (255, 255, 255));
        PixelBox box = bottle.OpaqueBox!.Value;
        int right = ((box.Bottom - 1) * 128 + box.Right + 3) * 3;
        int left = ((box.Bottom - 1) * 128 + box.Left - 4) * 3;
        byte[] shifted = Compositor.Composite(white, bottle, new ContactShadow { OffsetX = 0.3 }).Pixels;
        Assert.True(shifted[right] < shifted[left] - 20, $"{shifted[right]}, {shifted[left]}");
        Assert.Equal(Compositor.Composite(white, bottle, null).Pixels, Compositor.Composite(white, bottle, new ContactShadow { Opacity = 0 }).Pixels);
        Assert.Throws<ImagingException>(() => Compositor.Composite(white, bottle, new ContactShadow { Blur = double.NaN }));
    }

    [Fact]
    public void Sharpening_and_resizing_do_what_they_say()
    {
        Assert.Same(Background, PictureEdits.Sharpen(Background, 0));
        Assert.Same(Background, PictureEdits.Resize(Background, 128, 128));
        Assert.Throws<ImagingException>(() => PictureEdits.Sharpen(Background, 10.1));
        Assert.Throws<ImagingException>(() => PictureEdits.Sharpen(Background, double.NaN));

        Raster flat = TestPictures.Rgb(32, 32, (x, y) => (90, 160, 30));
        Assert.Equal(flat.Pixels, PictureEdits.Sharpen(flat, 10).Pixels);
        Raster large = PictureEdits.Resize(flat, 77, 200);
        Assert.Equal((77, 200), (large.Width, large.Height));
        Assert.All(large.Pixels.Chunk(3), pixel => Assert.Equal([90, 160, 30], pixel));

        Raster edge = TestPictures.Rgb(32, 8, (x, y) => x < 16 ? (80, 80, 80) : (160, 160, 160));
        byte[] sharp = PictureEdits.Sharpen(edge, 1).Pixels;
        Assert.True(sharp[(4 * 32 + 15) * 3] < 70 && sharp[(4 * 32 + 16) * 3] > 170, "the edge must be steeper");
        Assert.Equal(80, sharp[(4 * 32 + 2) * 3]);
    }
}
