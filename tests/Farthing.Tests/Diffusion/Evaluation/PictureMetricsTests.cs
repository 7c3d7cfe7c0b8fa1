using CsCheck;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Pipelines;
using static Farthing.Tests.Diffusion.Evaluation.EvaluationPictures;

namespace Farthing.Tests.Diffusion.Evaluation;

public sealed class PictureMetricsTests
{
    [Fact]
    public void Equal_pictures_are_wholly_alike()
    {
        Assert.Equal(100, Psnr.Of(Pattern(32), Pattern(32)));
        Assert.Equal(1, Ssim.Of(Pattern(32), Pattern(32))!.Value, 12);
    }

    [Theory]
    [InlineData(1, 48.1308)]
    [InlineData(5, 34.1514)]
    [InlineData(255, 0)]
    public void Psnr_of_a_constant_offset_is_20_log_255_over_it(int offset, double decibels) =>
        Assert.Equal(decibels, Psnr.Of(Grey(16, 0), Grey(16, offset))!.Value, 4);

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 120)]
    [InlineData(0, 255)]
    public void Ssim_of_two_flat_pictures_is_its_luminance_term(int a, int b)
    {
        const double c1 = 6.5025;
        double expected = (2.0 * a * b + c1) / (a * a + b * b + c1);

        // Luma's weights add up to 1.
        Assert.Equal(expected, Ssim.Of(Grey(16, a), Grey(16, b))!.Value, 9);
    }

    [Fact]
    public void Ssim_of_a_picture_of_one_window_is_equation_13_by_hand()
    {
        // Stripes of 100 and 140 against 100 and 120: with weights w of the lit columns, mean 100 + d·w, variance d²·w(1 − w).
        double[] gauss = [.. Enumerable.Range(-5, 11).Select(static i => Math.Exp(-i * i / 4.5))];
        double lit = gauss.Where(static (_, i) => i % 2 == 0).Sum() / gauss.Sum();
        (double mx, double my, double spread) = (100 + 40 * lit, 100 + 20 * lit, lit * (1 - lit));
        double expected = (2 * mx * my + 6.5025) * (2 * 40 * 20 * spread + 58.5225) / ((mx * mx + my * my + 6.5025) * ((1600 + 400) * spread + 58.5225));

        Assert.Equal(expected, Ssim.Of(Stripes(40), Stripes(20))!.Value, 9);

        static RgbPicture Stripes(int step) => Picture(11, 11, (x, _) => x % 2 == 0 ? (100 + step, 100 + step, 100 + step) : (100, 100, 100));
    }

    [Fact]
    public void What_lies_outside_the_region_does_not_count()
    {
        var a = Pattern(48);
        var b = Picture(48, 48, (x, y) => x < 16 ? (255, 0, 255) : (40 + x * 7 % 150, 40 + y * 11 % 150, 40 + (x * y) % 150));
        bool[] right = [.. Enumerable.Range(0, 48 * 48).Select(static i => i % 48 >= 16)];
        bool[] left = [.. right.Select(static inside => !inside)];

        Assert.Equal(100, Psnr.Of(a, b, right));
        Assert.Equal(1, Ssim.Of(a, b, right)!.Value, 12);
        Assert.True(Psnr.Of(a, b, left) < Psnr.Of(a, b));
        Assert.True(Ssim.Of(a, b, left) < Ssim.Of(a, b));
        Assert.Null(Psnr.Of(a, b, new bool[48 * 48]));
        Assert.Null(Ssim.Of(a, b, new bool[48 * 48]));
        Assert.Null(Ssim.Of(Grey(10, 1), Grey(10, 1)));
    }

    [Fact]
    public void Both_are_symmetric_and_bounded() =>
        Gen.Select(Gen.Byte.Array[16 * 16 * 3], Gen.Byte.Array[16 * 16 * 3]).Sample(
            (x, y) =>
            {
                RgbPicture a = new(16, 16, x), b = new(16, 16, y);
                double psnr = Psnr.Of(a, b)!.Value, ssim = Ssim.Of(a, b)!.Value;
                return psnr == Psnr.Of(b, a) && psnr is >= 0 and <= 100 && Math.Abs(ssim - Ssim.Of(b, a)!.Value) < 1e-9 && ssim is >= -1 and <= 1;
            },
            iter: 50);

    [Fact]
    public void Pictures_of_two_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Psnr.Of(Grey(16, 1), Grey(17, 1)));
        Assert.Throws<ArgumentException>(() => Ssim.Of(Grey(16, 1), Grey(16, 1), new bool[3]));
    }

    [Fact]
    public void Black_and_flat_pictures_are_found()
    {
        Assert.Equal(PictureFault.Black, PictureFaults.Of(Grey(32, 0)));
        Assert.Equal(PictureFault.Black, PictureFaults.Of(Picture(32, 32, static (x, y) => x + y == 0 ? (255, 255, 255) : (16, 0, 9))));
        Assert.Equal(PictureFault.None, PictureFaults.Of(Picture(32, 32, static (x, _) => x == 0 ? (255, 255, 255) : (0, 0, 0))));
        Assert.Equal(PictureFault.SingleColour, PictureFaults.Of(Picture(32, 32, static (x, _) => (200 + x % 8, 90, 30))));
        Assert.Equal(PictureFault.None, PictureFaults.Of(Picture(32, 32, static (x, _) => (200 + x % 10, 90, 30))));
        Assert.Equal(PictureFault.None, PictureFaults.Of(Pattern(32)));
    }
}
