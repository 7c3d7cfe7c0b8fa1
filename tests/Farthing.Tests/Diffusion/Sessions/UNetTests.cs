using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Sessions;

public sealed class UNetTests
{
    private static readonly float[] TimeIds = [128, 128, 0, 0, 128, 128];

    [Theory]
    [InlineData(0)]
    [InlineData(1L << 30)]
    public void One_forward_is_what_diffusers_computes(long specialiseUpTo)
    {
        var parts = Golden.Tensors("pipeline", "parts.safetensors");
        var directory = ModelDirectory.Open(Golden.DemoModel);
        List<string> problems = [];
        using var unet = UNet.Load(directory, new ExecutionOptions { ThreadsPerRun = 1, SpecialiseUpTo = specialiseUpTo }, problems)!;
        Assert.Empty(problems);
        using var run = new UNetRun(unet, new UNetShape(Batch: 1, Height: 16, Width: 16, Sequence: 109));

        run.SetText(0, FirstPromptStates(parts), parts.Values<float>("pooled_2").AsSpan(0, 192));
        run.Begin(TimeIds, []);
        run.WriteSample(parts.Values<float>("unet_sample"), 0);
        float[] prediction = new float[4 * 16 * 16];
        run.Forward(parts.Values<float>("unet_timestep")[0], prediction);

        float[] expected = parts.Values<float>("unet_out");
        Assert.All(prediction.Zip(expected), p => Assert.InRange(p.First, p.Second - 1e-4f, p.Second + 1e-4f));
    }

    /// <summary>CLIP-L and CLIP-G side by side, T5 below: [109, 320].</summary>
    private static float[] FirstPromptStates(SafetensorsFile parts)
    {
        float[] first = parts.Values<float>("hidden"), second = parts.Values<float>("hidden_2");
        var clip = Enumerable.Range(0, 77).SelectMany(i => first.Skip(i * 128).Take(128).Concat(second.Skip(i * 192).Take(192)));
        return [.. clip, .. parts.Values<float>("t5").Take(32 * 320)];
    }
}
