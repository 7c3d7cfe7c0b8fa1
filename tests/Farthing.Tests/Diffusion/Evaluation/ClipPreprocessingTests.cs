using System.Text.Json;
using Farthing.Diffusion.Evaluation.Clip;
using Farthing.Diffusion.Latents;
using static Farthing.Tests.Diffusion.Evaluation.EvaluationPictures;

namespace Farthing.Tests.Diffusion.Evaluation;

public sealed class ClipPreprocessingTests
{
    [Fact]
    public void A_flat_picture_becomes_its_normalised_colour_in_every_place()
    {
        var (planes, height, width) = Make("""{"size":{"shortest_edge":8},"crop_size":{"height":8,"width":8}}""").Prepare(Picture(20, 12, static (_, _) => (255, 128, 0)));

        Assert.Equal((8, 8), (height, width));
        Assert.All(planes[..64], static v => Assert.Equal((1 - 0.48145466) / 0.26862954, v, 5));
        Assert.All(planes[64..128], static v => Assert.Equal((128 / 255.0 - 0.4578275) / 0.26130258, v, 5));
        Assert.All(planes[128..], static v => Assert.Equal((0 - 0.40821073) / 0.27577711, v, 5));
    }

    [Fact]
    public void Shrinking_is_bicubic_with_antialiasing_as_pillow_has_it()
    {
        // Keys' cubic (a = −½) widened twofold at distances 0.25, 0.25, 0.75 and 1.25: 0.8671875 twice, 0.2265625, −0.0703125.
        double dark = 255 * (0.2265625 - 0.0703125) / (2 * 0.8671875 + 0.2265625 - 0.0703125);
        byte[] shrunk = PillowResize.Resize([0, 0, 255, 255], 1, 4, 1, 2, PillowFilter.Bicubic);
        Assert.Equal([(byte)Math.Round(dark), (byte)Math.Round(255 - dark)], shrunk);

        // A triangle at the same distances: 0.75, 0.75, 0.25 to one side, of which the last is lit.
        Assert.Equal([(byte)Math.Round(255 * 0.25 / 1.75), (byte)Math.Round(255 * 1.5 / 1.75)], PillowResize.Resize([0, 0, 255, 255], 1, 4, 1, 2, PillowFilter.Bilinear));
    }

    [Theory]
    [InlineData("""{"size":{"shortest_edge":16},"do_center_crop":false}""", 30, 20, 16, 24)]
    [InlineData("""{"size":16,"do_center_crop":false}""", 20, 31, 24, 16)]
    [InlineData("""{"size":{"height":5,"width":9},"do_center_crop":false}""", 30, 20, 5, 9)]
    [InlineData("""{"size":16,"crop_size":10}""", 30, 20, 10, 10)]
    [InlineData("""{"do_resize":false,"crop_size":{"height":40,"width":6}}""", 30, 20, 40, 6)]
    public void Sizes_are_those_of_transformers(string config, int width, int height, int newHeight, int newWidth)
    {
        var (planes, h, w) = Make(config).Prepare(Picture(width, height, static (_, _) => (9, 9, 9)));

        Assert.Equal((newHeight, newWidth), (h, w));
        Assert.Equal(3 * newHeight * newWidth, planes.Length);
    }

    [Fact]
    public void The_middle_is_cropped_and_what_is_missing_is_black()
    {
        var raw = Make("""{"do_resize":false,"crop_size":{"height":4,"width":2},"do_normalize":false,"do_rescale":false}""");
        var (planes, _, _) = raw.Prepare(Picture(6, 2, static (x, y) => (10 * x + y, 0, 0)));

        Assert.Equal([0, 0, 20, 30, 21, 31, 0, 0], planes[..8]);
    }

    [Theory]
    [InlineData("""{"size":16,"crop_size":10,"resample":0}""", "resample 0")]
    [InlineData("""{"size":{"longest_edge":16},"crop_size":10}""", "size must be")]
    [InlineData("""{"size":16}""", "crop_size must be")]
    [InlineData("""{"size":16,"crop_size":10,"image_std":[1,0,1]}""", "image_std")]
    public void What_can_not_be_followed_is_refused(string config, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => Make(config)).Message, StringComparison.Ordinal);

    private static ClipPreprocessing Make(string config) =>
        ClipPreprocessing.Of(JsonSerializer.Deserialize(config, ClipJson.Default.PreprocessorConfig)!);
}
