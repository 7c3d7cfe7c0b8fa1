namespace Farthing.Tests.Diffusion.Schedulers;

/// <summary>The model of the golden runs: 0.6 · tanh(x) · cos(t/1000) + 0.1 · sin(5x), element by element.</summary>
internal static class AnalyticModel
{
    public static void Run(ReadOnlySpan<float> input, double timestep, Span<float> output)
    {
        float cosine = (float)Math.Cos(timestep / 1000);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (0.6f * MathF.Tanh(input[i]) * cosine) + (0.1f * MathF.Sin(5 * input[i]));
        }
    }
}
