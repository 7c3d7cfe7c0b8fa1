using System.Numerics.Tensors;
using Farthing.Diffusion.Guidance;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Guidance;

/// <summary>Guidance, its rescaling, time ids and half precision against diffusers.</summary>
public sealed class GoldenGuidanceTests
{
    private static readonly SafetensorsFile Expected = Golden.Tensors("guidance", "guidance.safetensors");

    private static float[] Halves => [.. Expected.Values<float>("cfg/uncond"), .. Expected.Values<float>("cfg/text")];

    [Theory]
    [InlineData("1.0", 1.0f)]
    [InlineData("1.5", 1.5f)]
    [InlineData("5.0", 5.0f)]
    [InlineData("7.5", 7.5f)]
    public void Guidance_follows_diffusers(string name, float scale)
    {
        var guided = new float[Halves.Length / 2];
        ClassifierFreeGuidance.Combine<float>(Halves, scale, guided);
        Assert.InRange(Deviation.Relative(Expected.Values<float>($"cfg/scale_{name}"), guided), 0, 1e-6);

        foreach (var (phi, text) in (ReadOnlySpan<(float, string)>)[(0.3f, "0.3"), (0.7f, "0.7"), (1f, "1.0")])
        {
            float[] rescaled = [.. guided];
            GuidanceRescale.Apply(Expected.Values<float>("cfg/text"), phi, 2, rescaled);
            var expected = Expected.Values<float>($"cfg/scale_{name}/rescale_{text}");
            Assert.InRange(Deviation.Relative(expected, rescaled), 0, 1e-5);
        }
    }

    [Fact]
    public void Guidance_may_overwrite_the_negative_half()
    {
        var halves = Halves;
        ClassifierFreeGuidance.Combine<float>(halves, 5, halves.AsSpan(0, halves.Length / 2));
        Assert.InRange(
            Deviation.Relative(Expected.Values<float>("cfg/scale_5.0"), halves.AsSpan(0, halves.Length / 2)), 0, 1e-6);
    }

    [Fact]
    public void Half_precision_guidance_rounds_each_operation()
    {
        var halves = new Half[Halves.Length];
        TensorPrimitives.ConvertToHalf(Halves, halves);
        var guided = new Half[halves.Length / 2];
        ClassifierFreeGuidance.Combine<Half>(halves, 5, guided);
        Assert.Equal(Expected.Values<float>("fp16/cfg_half_5.0"), guided.Select(h => (float)h));
    }

    [Fact]
    public void Half_precision_conversion_is_torch_s()
    {
        var input = Expected.Values<float>("fp16/input");
        var halves = new Half[input.Length];
        var back = new float[input.Length];
        TensorPrimitives.ConvertToHalf(input, halves);
        TensorPrimitives.ConvertToSingle(halves, back);
        Assert.Equal(Expected.Values<float>("fp16/cast_then_float"), back);
    }

    [Theory]
    [InlineData("1024x1024_0_0_1024x1024", 1024, 1024, 0, 0, 1024, 1024)]
    [InlineData("768x512_16_32_1024x896", 768, 512, 16, 32, 1024, 896)]
    [InlineData("128x128_0_0_128x128", 128, 128, 0, 0, 128, 128)]
    public void Time_ids_follow_diffusers(string name, int height, int width, int top, int left, int toHeight, int toWidth)
    {
        var rows = new float[2 * TimeIds.Length];
        new TimeIds(height, width, top, left, toHeight, toWidth).Write(rows);
        var expected = Expected.Values<float>($"time_ids/{name}");
        Assert.Equal([.. expected, .. expected], rows);
    }

    [Fact]
    public void A_sample_without_variance_is_left_alone()
    {
        float[] guided = [2, 2, 2, 2];
        GuidanceRescale.Apply([1, 2, 3, 4], 0.7f, 1, guided);
        Assert.Equal([2, 2, 2, 2], guided);
    }

    [Fact]
    public void Mismatched_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassifierFreeGuidance.Combine<float>(new float[9], 5, new float[4]));
        Assert.Throws<ArgumentException>(() => GuidanceRescale.Apply(new float[8], 0.5f, 3, new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GuidanceRescale.Apply(new float[8], float.NaN, 2, new float[8]));
        Assert.Throws<ArgumentException>(() => TimeIds.ForSize(64, 64).Write(new float[7]));
    }

    [Fact]
    public void Guidance_allocates_nothing()
    {
        var halves = Halves;
        var guided = new float[halves.Length / 2];
        ClassifierFreeGuidance.Combine<float>(halves, 5, guided);
        GuidanceRescale.Apply(halves.AsSpan(guided.Length), 0.7f, 2, guided);
        Assert.Equal(0, Allocations.Least(() =>
        {
            ClassifierFreeGuidance.Combine<float>(halves, 5, guided);
            GuidanceRescale.Apply(halves.AsSpan(guided.Length), 0.7f, 2, guided);
        }));
    }
}
