using System.Text;
using System.Xml.Linq;
using Farthing.Rendering.Imaging;
using NetVips;

namespace Farthing.Tests.Rendering.Imaging;

public sealed class PictureEncoderTests
{
    private static readonly Raster Picture = TestPictures.Rgb(40, 24, (x, y) => (x * 6, y * 10, 128));

    private static readonly KeyValuePair<string, string>[] Metadata =
    [
        new("prompt", "red mug on velvet"),
        new("caption", "红色的杯子 🟥 «é»\nsecond line\r\n& <tag> \"quoted\""),
        new("seed", "9223372036854775807"),
        new("negative_prompt", ""),
        new("odd", "\u0001\0\ud800"),
        new("long", string.Join(' ', Enumerable.Repeat("wörter", 20_000))),
    ];

    [Fact]
    public void Png_keeps_pixels_texts_and_profile_and_is_deterministic()
    {
        byte[] profile = Image.ProfileLoad("srgb");
        var options = new EncodeOptions { Metadata = Metadata, IccProfile = profile };
        byte[] png = PictureEncoder.Encode(Picture, options);
        Assert.Equal(png, PictureEncoder.Encode(Picture, options));

        using Image read = Image.PngloadBuffer(png, failOn: Enums.FailOn.Warning);
        Assert.Equal(Picture.Pixels, read.WriteToMemory<byte>());
        Assert.Equal(profile, read.Get("icc-profile-data"));

        Dictionary<string, string> texts = PngText.Read(png).ToDictionary();
        Assert.Equal(Metadata.Select(pair => pair.Key), PngText.Read(png).Select(pair => pair.Key));
        foreach ((string key, string value) in Metadata.Where(pair => pair.Key != "odd"))
        {
            Assert.Equal(value, texts[key]);
        }

        Assert.Equal("\u0001\uFFFD\uFFFD", texts["odd"]);
    }

    [Fact]
    public void Another_reader_finds_the_texts()
    {
        using Image read = Image.PngloadBuffer(PictureEncoder.Encode(Picture, new EncodeOptions { Metadata = Metadata[..3] }));
        string[] comments = [.. read.GetFields().Where(field => field.StartsWith("png-comment-", StringComparison.Ordinal))];
        Assert.Equal(3, comments.Length);
        Assert.Equal("red mug on velvet", read.Get(comments.Single(field => field.EndsWith("-prompt", StringComparison.Ordinal))));
        Assert.Equal(Metadata[1].Value, read.Get(comments.Single(field => field.EndsWith("-caption", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(PictureFormat.Jpeg)]
    [InlineData(PictureFormat.Webp)]
    public void Jpeg_and_webp_keep_texts_as_xmp_and_the_profile(PictureFormat format)
    {
        byte[] profile = Image.ProfileLoad("srgb");
        byte[] file = PictureEncoder.Encode(Picture, new EncodeOptions { Format = format, Metadata = Metadata, IccProfile = profile });
        using Image read = Image.NewFromBuffer(file);
        Assert.Equal((40, 24, 3), (read.Width, read.Height, read.Bands));
        Assert.Equal(profile, read.Get("icc-profile-data"));

        XDocument xmp = XDocument.Parse(Encoding.UTF8.GetString((byte[])read.Get("xmp-data")));
        string Value(string key) => xmp.Descendants(XName.Get(key, "urn:farthing:render:1")).Single().Value;
        Assert.Equal(Metadata[0].Value, Value("prompt"));
        Assert.Equal(Metadata[1].Value.Replace("\r\n", "\n", StringComparison.Ordinal), Value("caption").Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.EndsWith("…", Value("long"), StringComparison.Ordinal);
        Assert.True(Value("long").Length > 1_000);
    }

    [Fact]
    public void Without_metadata_nothing_is_added()
    {
        byte[] png = PictureEncoder.Encode(Picture, new EncodeOptions());
        Assert.Empty(PngText.Read(png));
        Assert.False(Image.PngloadBuffer(png).Contains("icc-profile-data"));
    }

    [Fact]
    public void Alpha_is_laid_on_white()
    {
        Raster half = TestPictures.Rgba(8, 8, (x, y) => (0, 0, 0, x < 4 ? 0 : 255));
        using Image read = Image.PngloadBuffer(PictureEncoder.Encode(half, new EncodeOptions()));
        Assert.Equal(3, read.Bands);
        Assert.Equal([255, 255, 255], read.Getpoint(0, 0));
        Assert.Equal([0, 0, 0], read.Getpoint(7, 0));
    }

    [Fact]
    public void Options_out_of_range_are_clear_errors()
    {
        Assert.Throws<ImagingException>(() => PictureEncoder.Encode(Picture, new EncodeOptions { Quality = 0 }));
        Assert.Throws<ImagingException>(() => PictureEncoder.Encode(Picture, new EncodeOptions { Compression = 10 }));
        foreach (string key in new[] { "", " a", "a\0", "schlüssel", new string('a', 80) })
        {
            Assert.Throws<ImagingException>(() => PictureEncoder.Encode(Picture, new EncodeOptions { Metadata = [new(key, "x")] }));
        }
    }

    [Fact]
    public void Libvips_loads() => Assert.Matches("^8\\.", Vips.Version);
}
