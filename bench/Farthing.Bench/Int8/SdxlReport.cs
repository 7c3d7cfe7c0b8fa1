using Farthing.Diffusion.Evaluation.Metrics;
namespace Farthing.Bench.Int8;

/// <summary>What was measured, in tables.</summary>
internal static class SdxlReport
{
    private const double Goal = 4.0;

    /// <summary>Parts, their sum, and the ratio to the first side.</summary>
    public static void Write(
        int latent, int threads, IReadOnlyList<string> sides, IReadOnlyList<SdxlParts.Part> parts, List<double[][]> times, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  {latent}×{latent} latents, {threads} thread(s), {(threads == 1 ? "processor" : "wall")} time in ms, median of {times[0][0].Length}");
        output.WriteLine($"    {"part",-26}{string.Concat(sides.Select(s => $"{s,20}"))}");
        for (int p = 0; p < parts.Count; p++)
        {
            output.WriteLine($"    {$"{parts[p].Name} (× {parts[p].Count})",-26}{string.Concat(times[p].Select(t => $"{Quantiles.Median(t),20:F1}"))}");
        }

        double[] sums = [.. sides.Select((_, side) => parts.Select((part, p) => part.Count * Quantiles.Median(times[p][side])).Sum())];
        output.WriteLine($"    {"a forward",-26}{string.Concat(sums.Select(sum => $"{sum,20:F0}"))}");
        output.WriteLine($"    {"against fp32",-26}{string.Concat(sums.Select(sum => $"{sums[0] / sum,19:F2}×"))}");
        double first = latent <= 64 ? 3.5 : 3.0;
        for (int side = 2; side < sums.Length; side++)
        {
            double ratio = sums[0] / sums[side];
            string reached = ratio >= Goal ? "goal reached" : ratio >= first ? "first mark reached" : "not reached";
            output.WriteLine($"    {sides[side]}: asked first {first:F1}×, goal {Goal:F1}×; measured {ratio:F2}× ({reached})");
        }
    }

    /// <summary>Time by operator of each side, the largest first.</summary>
    public static void WriteProfiles(
        int latent, IReadOnlyList<string> sides, List<Dictionary<string, double>> profiles, TextWriter output)
    {
        for (int side = 0; side < sides.Count; side++)
        {
            double sum = profiles[side].Values.Sum();
            output.WriteLine();
            output.WriteLine($"  {latent}×{latent} latents, {sides[side]}, by operator, 1 thread: {sum:F1} ms");
            foreach (var (type, milliseconds) in profiles[side].OrderByDescending(pair => pair.Value).Take(20))
            {
                output.WriteLine($"    {type,-28}{milliseconds,10:F2} ms{milliseconds / sum,9:P1}");
            }
        }
    }
}
