using System.Buffers.Binary;
using Farthing.Rendering.Imaging;
using NetVips;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class CutOutLoaderTests
{
    private static CutOut Load(byte[] bytes, CutOutLimits? limits = null) => CutOutLoader.Load(bytes, "x.png", limits);

    private static void Near(Raster expected, Raster actual, int tolerance)
    {
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (actual.Width, actual.Height, actual.Channels));
        for (int i = 0; i < expected.Pixels.Length; i++)
        {
            Assert.True(Math.Abs(expected.Pixels[i] - actual.Pixels[i]) <= tolerance, $"byte {i}: {expected.Pixels[i]}, {actual.Pixels[i]}");
        }
    }

    [Fact]
    public void Every_sample_product_loads_with_alpha_and_without_warning()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(SampleFiles.Folder, "products"), "*.png"))
        {
            CutOut cutOut = CutOutLoader.LoadFile(path);
            Assert.Equal((512, 512, 4), (cutOut.Pixels.Width, cutOut.Pixels.Height, cutOut.Pixels.Channels));
            Assert.Empty(cutOut.Warnings);
            Assert.Equal(0, cutOut.Pixels.Pixels[3]);
            Assert.True(cutOut.OpaqueBox.Width < 512 && cutOut.OpaqueBox.Height > 100);
        }
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".webp[lossless]")]
    [InlineData(".tif")]
    public void Lossless_files_give_their_pixels(string suffix)
    {
        Raster disc = TestPictures.Disc(32);
        CutOut cutOut = Load(TestPictures.Save(disc, suffix));
        Assert.Equal(PixelBox.Around(disc, 128), cutOut.OpaqueBox);
        for (int i = 0; i < disc.Pixels.Length; i += 4)
        {
            Assert.Equal(disc.Pixels[i + 3], cutOut.Pixels.Pixels[i + 3]);
            if (disc.Pixels[i + 3] > 0)
            {
                Assert.Equal(disc.Pixels.AsSpan(i, 3), cutOut.Pixels.Pixels.AsSpan(i, 3));
            }
        }
    }

    [Fact]
    public void A_picture_without_alpha_warns_and_is_whole()
    {
        CutOut cutOut = Load(TestPictures.Save(TestPictures.Rgb(16, 8, (x, y) => (200, 100, 50)), ".jpg[Q=95]"));
        Assert.Contains("no transparent part", Assert.Single(cutOut.Warnings), StringComparison.Ordinal);
        Assert.Equal(new PixelBox(0, 0, 16, 8), cutOut.OpaqueBox);
        Assert.Single(Load(TestPictures.Save(TestPictures.Rgba(4, 4, (x, y) => (1, 2, 3, 255)), ".png")).Warnings);
    }

    [Fact]
    public void Grey_with_alpha_and_sixteen_bits_become_rgba_of_eight_bits()
    {
        Raster rgba = TestPictures.Rgba(9, 7, (x, y) => (x * 20, x * 20, x * 20, 40 + y * 30));
        using Image image = TestPictures.Vips(rgba);
        using Image grey = image.ExtractBand(0).Bandjoin(image.ExtractBand(3)).Copy(interpretation: Enums.Interpretation.Bw);
        Near(rgba, Load(grey.PngsaveBuffer()).Pixels, 0);

        using Image wide = (image * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        Near(rgba, Load(wide.PngsaveBuffer()).Pixels, 0);
        Near(rgba, Load(wide.TiffsaveBuffer()).Pixels, 0);
    }

    [Fact]
    public void Cmyk_becomes_rgb()
    {
        using Image cyan = Image.Black(8, 8, bands: 4).Linear([1.0], [255.0, 0, 0, 0]).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Cmyk);
        CutOut cutOut = Load(cyan.TiffsaveBuffer());
        Assert.Equal(4, cutOut.Pixels.Channels);
        Assert.True(cutOut.Pixels.Pixels[0] < 60 && cutOut.Pixels.Pixels[1] > 120 && cutOut.Pixels.Pixels[2] > 180, string.Join(',', cutOut.Pixels.Pixels[..4]));
    }

    [Fact]
    public void The_camera_s_rotation_is_applied()
    {
        using Image image = TestPictures.Vips(TestPictures.Rgb(16, 8, (x, y) => x < 8 ? (250, 0, 0) : (0, 0, 250)));
        using Image turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
        CutOut cutOut = Load(turned.JpegsaveBuffer(q: 95));
        Assert.Equal((8, 16), (cutOut.Pixels.Width, cutOut.Pixels.Height));
        Assert.True(cutOut.Pixels.Pixels[0] > 200, "the left half must be on top");
        Assert.True(cutOut.Pixels.Pixels[^2] > 200, "the right half must be at the bottom");
    }

    [Fact]
    public void An_srgb_profile_is_kept_and_another_is_applied()
    {
        byte[] srgb = Image.ProfileLoad("srgb");
        byte[] p3 = Image.ProfileLoad("p3");
        using Image image = TestPictures.Vips(TestPictures.Rgb(8, 8, (x, y) => (200, 100, 50)));

        CutOut same = Load(image.Mutate(m => m.Set(GValue.BlobType, "icc-profile-data", srgb)).PngsaveBuffer());
        Assert.Equal(srgb, same.IccProfile);
        Assert.Equal([200, 100, 50, 255], same.Pixels.Pixels[..4]);

        CutOut wide = Load(image.Mutate(m => m.Set(GValue.BlobType, "icc-profile-data", p3)).PngsaveBuffer());
        Assert.True(SrgbConversion.IsSrgb(wide.IccProfile));
        Assert.True(wide.Pixels.Pixels[0] > 205, $"P3's red is stronger than sRGB's: {wide.Pixels.Pixels[0]}");

        CutOut broken = Load(image.Mutate(m => m.Set(GValue.BlobType, "icc-profile-data", new byte[200])).JpegsaveBuffer());
        Assert.Null(broken.IccProfile);
        Assert.Null(Load(image.PngsaveBuffer()).IccProfile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is a text, no picture")]
    [InlineData("GIF89a")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("%PDF-1.7")]
    public void What_is_no_picture_is_a_clear_error(string text)
    {
        var error = Assert.Throws<ImagingException>(() => Load(System.Text.Encoding.ASCII.GetBytes(text)));
        Assert.Contains("'x.png' is no picture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_cut_short_is_a_clear_error()
    {
        byte[] whole = File.ReadAllBytes(SampleFiles.Product("red-mug.png"));
        var error = Assert.Throws<ImagingException>(() => Load(whole[..(whole.Length / 2)]));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_picture_and_a_missing_file_are_clear_errors()
    {
        byte[] clear = TestPictures.Save(TestPictures.Rgba(4, 4, (x, y) => (1, 2, 3, 0)), ".png");
        Assert.Contains("transparent", Assert.Throws<ImagingException>(() => Load(clear)).Message, StringComparison.Ordinal);
        Assert.Contains("can't be read", Assert.Throws<ImagingException>(() => CutOutLoader.LoadFile("/nowhere/x.png")).Message, StringComparison.Ordinal);
        Assert.Contains("can't be read", Assert.Throws<ImagingException>(() => CutOutLoader.LoadFile(SampleFiles.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_checked_before_pixels_are_made()
    {
        byte[] png = TestPictures.Save(TestPictures.Disc(32), ".png");
        Assert.Contains("bytes", Assert.Throws<ImagingException>(() => Load(png, new CutOutLimits { MaxFileBytes = 10 })).Message, StringComparison.Ordinal);
        Assert.Contains("32×32", Assert.Throws<ImagingException>(() => Load(png, new CutOutLimits { MaxPixels = 1023 })).Message, StringComparison.Ordinal);

        // A header that claims 60,000 × 60,000 pixels: refused by its header, not by 14 GB of memory.
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), PngChecksum.Of(png.AsSpan(12, 17)));
        Assert.Contains("60000×60000", Assert.Throws<ImagingException>(() => Load(png)).Message, StringComparison.Ordinal);
    }
}
