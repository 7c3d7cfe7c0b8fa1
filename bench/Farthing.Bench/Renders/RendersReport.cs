using Farthing.Diffusion.Evaluation.Metrics;
namespace Farthing.Bench.Renders;

/// <summary>The table at the end: what is asked, what was measured.</summary>
internal static class RendersReport
{
    private const double AskedRatio = 1.6;
    private const double AskedOrtShare = 0.93;
    private const double MostCallShare = 1.01;
    private const double MemoryFactor = 1.25;
    private const long MemoryBase = 200_000_000;

    public static void Write(IReadOnlyList<RenderPair> pairs, ChildResult steps, TextWriter output)
    {
        var ours = pairs.Select(p => p.Ours.Result).ToList();
        double union = Quantiles.Median(ours.Select(r => r.OrtUnion / r.Rendering));
        double stepping = Quantiles.Median(ours.Select(r => r.OrtUnionStepping / r.Stepping));
        double calls = Quantiles.Median(ours.Select(r => r.OrtCalls * r.ThreadsPerRun / r.RenderingCpu));
        double caller = Quantiles.Median(ours.Select(r => r.OrtCallerCpu / r.RenderingCpu));
        bool callerIsAll = ours.All(r => r.ThreadsPerRun == 1) && ThreadCpu.IsKnown;
        long peak = ours.Max(r => r.PeakResident), plainPeak = pairs.Max(p => p.Plain.Result.PeakResident);
        double allowed = MemoryFactor * ours[0].ModelBytes + MemoryBase;
        double whole = Quantiles.Median(pairs.Select(p => p.WholeRatio)), steady = Quantiles.Median(pairs.Select(p => p.SteadyRatio));
        int greatest = pairs.Max(p => p.Difference.Greatest), missing = pairs.Sum(p => p.Difference.Missing);
        List<Row> rows =
        [
            new("campaign, whole process", "", $"{Quantiles.Median(pairs.Select(p => p.Ours.Whole)):F1} a minute", null),
            new("plain loop, whole process", "", $"{Quantiles.Median(pairs.Select(p => p.Plain.Whole)):F1} a minute", null),
            new("campaign, rendering alone", "", $"{Quantiles.Median(pairs.Select(p => p.Ours.Steady)):F1} a minute", null),
            new("plain loop, rendering alone", "", $"{Quantiles.Median(pairs.Select(p => p.Plain.Steady)):F1} a minute", null),
            new("ratio, whole process", $"≥ {AskedRatio}×", $"{whole:F2}× ({Range(pairs.Select(p => p.WholeRatio))})", whole >= AskedRatio),
            new("ratio, rendering alone", $"≥ {AskedRatio}×", $"{steady:F2}× ({Range(pairs.Select(p => p.SteadyRatio))})", steady >= AskedRatio),
            new("pictures, greatest difference", "", $"{greatest} of 255, mean {pairs.Max(p => p.Difference.Mean):F3}, missing {missing}", null),
            new("in ONNX Runtime, wall time", $"≥ {AskedOrtShare:P0}", $"{union:P1}", union >= AskedOrtShare),
            new("  the same, from the first step on", $"≥ {AskedOrtShare:P0}", $"{stepping:P1}", stepping >= AskedOrtShare),
            // On a busy machine runs wait for cores, and waiting is no processor time.
            new("in ONNX Runtime, call time", $"≥ {AskedOrtShare:P0}", $"{calls:P1}", calls > MostCallShare ? null : calls >= AskedOrtShare),
        ];
        if (callerIsAll)
        {
            rows.Add(new("in ONNX Runtime, processor time", $"≥ {AskedOrtShare:P0}", $"{caller:P1}", caller >= AskedOrtShare));
        }

        rows.Add(new("allocated a denoising step", "0 bytes", $"{steps.StepBytes} bytes (most of {steps.Steps} steps)", steps.StepBytes == 0));
        rows.Add(new("peak memory of the campaign", $"≤ {allowed / 1e6:F0} MB", $"{peak / 1e6:F0} MB", peak <= allowed));
        rows.Add(new("peak memory of the plain loop", "", $"{plainPeak / 1e6:F0} MB", null));
        Write(rows, output);
    }

    private static void Write(List<Row> rows, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  {"measure",-38}{"asked",-12}{"measured",-48}reached");
        foreach (var row in rows)
        {
            string reached = row.Reached switch { true => "yes", false => "no", null => "" };
            output.WriteLine($"  {row.Name,-38}{row.Asked,-12}{row.Measured,-48}{reached}".TrimEnd());
        }
    }

    private static string Range(IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        return $"{sorted[0]:F2} to {sorted[^1]:F2} in {sorted.Length}";
    }

    private sealed record Row(string Name, string Asked, string Measured, bool? Reached);
}
