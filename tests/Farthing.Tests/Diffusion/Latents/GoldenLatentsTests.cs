using Farthing.Diffusion.Latents;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Latents;

/// <summary>The pieces between pictures and latents against diffusers and Pillow.</summary>
public sealed class GoldenLatentsTests
{
    private static readonly SafetensorsFile Expected = Golden.Tensors("guidance", "guidance.safetensors");

    [Theory]
    [InlineData("sdxl", 0.13025f)]
    [InlineData("sd15", 0.18215f)]
    public void Latents_are_scaled_for_the_autoencoder(string model, float factor)
    {
        var latents = Expected.Values<float>("vae/latents");
        VaeLatents.ScaleForDecoder(latents, factor);
        Assert.InRange(Deviation.Relative(Expected.Values<float>($"vae/{model}/latents_div"), latents), 0, 1e-6);

        latents = Expected.Values<float>("vae/latents");
        VaeLatents.ScaleFromEncoder(latents, factor);
        Assert.InRange(Deviation.Relative(Expected.Values<float>($"vae/{model}/latents_mul"), latents), 0, 1e-6);
    }

    [Fact]
    public void The_posterior_is_sampled()
    {
        var parameters = Expected.Values<float>("vae/latent_parameters");
        var latents = new float[parameters.Length / 2];
        VaeLatents.SamplePosterior(parameters, 1, Expected.Values<float>("vae/sample_noise"), latents);
        Assert.InRange(Deviation.Relative(Expected.Values<float>("vae/sample"), latents), 0, 1e-5);
        VaeLatents.Mode(parameters, 1, latents);
        Assert.Equal(Expected.Values<float>("vae/mode"), latents);

        // With noise 1 and no mean, a sample is the standard deviation itself.
        var ones = new float[latents.Length];
        Array.Fill(ones, 1f);
        Array.Clear(parameters, 0, latents.Length);
        VaeLatents.SamplePosterior(parameters, 1, ones, latents);
        Assert.InRange(Deviation.Relative(Expected.Values<float>("vae/std"), latents), 0, 1e-5);
    }

    [Fact]
    public void A_batch_s_posteriors_are_told_apart()
    {
        float[] parameters = [1, 2, 0, 0, 3, 4, 0, 0];
        var latents = new float[4];
        VaeLatents.SamplePosterior(parameters, 2, [1, 1, 2, 2], latents);
        Assert.Equal([2, 3, 5, 6], latents);
    }

    [Fact]
    public void Planes_become_pixels()
    {
        var pixels = new byte[2 * 16 * 16 * 3];
        PixelNormalization.ToPixels(Expected.Values<float>("postprocess/input"), 16 * 16, pixels);
        Assert.Equal(Expected.Values<byte>("postprocess/uint8"), pixels);

        var ties = Expected.Values<float>("postprocess/half_input01").Select(PixelNormalization.ToByte);
        Assert.Equal(Expected.Values<byte>("postprocess/half_uint8"), ties);
    }

    [Fact]
    public void Plane_values_map_to_the_unit_interval()
    {
        var input = Expected.Values<float>("postprocess/input");
        var expected = Expected.Values<float>("postprocess/float");
        for (int i = 0; i < expected.Length; i++)
        {
            int image = i / 768, pixel = i % 768 / 3, channel = i % 3;
            Assert.Equal(expected[i], PixelNormalization.ToUnit(input[(image * 768) + (channel * 256) + pixel]));
        }
    }

    [Fact]
    public void Not_a_number_becomes_black()
    {
        var pixels = new byte[3];
        PixelNormalization.ToPixels([float.NaN, float.PositiveInfinity, float.NegativeInfinity], 1, pixels);
        Assert.Equal([0, 255, 0], pixels);
    }

    [Fact]
    public void Pixels_become_planes()
    {
        var planes = new float[24 * 40 * 3];
        PixelNormalization.ToPlanes(Expected.Values<byte>("preprocess/uint8"), 24 * 40, planes);
        Assert.Equal(Expected.Values<float>("preprocess/same_size"), planes);
    }

    [Theory]
    [InlineData("lanczos_to_16x32", 24, 40, 16, 32)]
    [InlineData("lanczos_to_48x64", 24, 40, 48, 64)]
    [InlineData("21x37_default_size", 21, 37, 16, 32)]
    public void Resizing_is_pillow_s(string name, int height, int width, int newHeight, int newWidth)
    {
        var pixels = Crop(Expected.Values<byte>("preprocess/uint8"), 40, height, width);
        var resized = LanczosResize.Resize(pixels, height, width, newHeight, newWidth);
        var planes = new float[resized.Length];
        PixelNormalization.ToPlanes(resized, newHeight * newWidth, planes);
        Assert.Equal(Expected.Values<float>($"preprocess/{name}"), planes);
    }

    [Fact]
    public void Masks_are_cut_at_half_and_shrunk_to_the_nearest()
    {
        var mask = new float[128 * 128];
        MaskImage.Binarize(Expected.Values<byte>("mask/uint8"), mask);
        Assert.Equal(Expected.Values<float>("mask/binary_128"), mask);

        foreach (var (height, width) in (ReadOnlySpan<(int, int)>)[(16, 16), (12, 20)])
        {
            var latents = new float[height * width];
            MaskImage.ToLatents(mask, 128, 128, height, width, latents);
            Assert.Equal(Expected.Values<float>($"mask/latent_{height}x{width}"), latents);
        }
    }

    [Fact]
    public void A_mask_of_another_size_is_resized_first()
    {
        var grey = LanczosResize.Resize(Expected.Values<byte>("mask/uint8"), 128, 128, 96, 160);
        var mask = new float[96 * 160];
        MaskImage.Binarize(grey, mask);
        Assert.Equal(Expected.Values<float>("mask/resized_96x160"), mask);
    }

    [Fact]
    public void Coloured_masks_become_grey()
    {
        var grey = new byte[128 * 128];
        MaskImage.ToGrey(Expected.Values<byte>("mask/rgb_uint8"), grey);
        Assert.Equal(Expected.Values<byte>("mask/rgb_grey_uint8"), grey);

        var mask = new float[grey.Length];
        MaskImage.Binarize(grey, mask);
        Assert.Equal(Expected.Values<float>("mask/rgb_binary"), mask);
    }

    [Fact]
    public void The_masked_picture_is_grey_where_it_is_drawn_anew()
    {
        var image = Expected.Values<float>("mask/image");
        var covered = new float[image.Length];
        MaskImage.Cover(image, Expected.Values<float>("mask/binary_128"), covered);
        Assert.Equal(Expected.Values<float>("mask/masked_image"), covered);
    }

    [Fact]
    public void Mismatched_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PixelNormalization.ToPlanes(new byte[7], 2, new float[7]));
        Assert.Throws<ArgumentException>(() => MaskImage.Binarize(new byte[4], new float[3]));
        Assert.Throws<ArgumentException>(() => VaeLatents.Mode(new float[8], 2, new float[3]));
        Assert.Throws<ArgumentException>(() => InpaintBlend.Apply(new float[3], new float[8], new float[8]));
        Assert.Throws<ArgumentException>(() => LanczosResize.Resize(new byte[11], 2, 2, 4, 4));
    }

    private static byte[] Crop(byte[] pixels, int fullWidth, int height, int width) =>
        [.. Enumerable.Range(0, height).SelectMany(y => pixels.Skip(y * fullWidth * 3).Take(width * 3))];
}
