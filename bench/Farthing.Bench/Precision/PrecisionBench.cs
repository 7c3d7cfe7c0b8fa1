using System.Globalization;
using Farthing.Bench.Renders;

namespace Farthing.Bench.Precision;

/// <summary>
/// The campaign as <c>farthing render</c> runs it, at full precision and at int8 in turn, each in a process of its own.
/// Which of the two comes first changes from pair to pair.
/// </summary>
internal sealed class PrecisionBench(RendersOptions options, TextWriter output)
{
    private sealed record Pair(RenderRate Full, RenderRate Int8, PictureDifference Difference);

    public void Run()
    {
        string folder = Directory.CreateTempSubdirectory("farthing-bench-").FullName;
        try
        {
            Say($"{options.Rows} rows of {Path.GetFileName(RendersOptions.Manifest)} at {RendersOptions.OutputSize} pixels; {Environment.ProcessorCount} cores");
            Say($"full precision: {Path.GetFileName(options.Model)}   int8: {Path.GetFileName(options.Int8Model)}");
            Say($"pictures a minute: whole process / from the first denoising start to the last picture");
            List<Pair> pairs = [];
            for (int round = 0; round <= options.Rounds; round++)
            {
                var pair = Measure(Path.Combine(folder, $"{round}"), fullFirst: round % 2 == 0);
                Say($"  {(round > 0 ? $"pair {round} " : "warm-up")}  fp32 {pair.Full.Whole,6:F1} / {pair.Full.Steady,6:F1}   int8 {pair.Int8.Whole,6:F1} / {pair.Int8.Steady,6:F1}   int8 over fp32 {pair.Int8.Whole / pair.Full.Whole:F2}× / {pair.Int8.Steady / pair.Full.Steady:F2}×");
                if (round > 0)
                {
                    pairs.Add(pair);
                }
            }

            Report(pairs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Pair Measure(string folder, bool fullFirst)
    {
        string full = Path.Combine(folder, "full"), int8 = Path.Combine(folder, "int8");
        var rates = new Dictionary<string, RenderRate>();
        foreach (string role in fullFirst ? (string[])[Child.Campaign, Child.Int8Campaign] : [Child.Int8Campaign, Child.Campaign])
        {
            var (result, process) = Child.Start(role, role == Child.Campaign ? full : int8, options);
            rates[role] = new RenderRate(result, process);
        }

        var difference = PictureDifference.Of(Path.Combine(full, "out"), Path.Combine(int8, "out"));
        Directory.Delete(folder, recursive: true);
        return new Pair(rates[Child.Campaign], rates[Child.Int8Campaign], difference);
    }

    private void Report(List<Pair> pairs)
    {
        Say($"");
        Row("int8 over fp32, whole process", pairs.Select(pair => pair.Int8.Whole / pair.Full.Whole));
        Row("int8 over fp32, rendering alone", pairs.Select(pair => pair.Int8.Steady / pair.Full.Steady));
        Row("int8 over fp32, processor time a picture", pairs.Select(pair =>
            pair.Full.Result.RenderingCpu / pair.Full.Result.Pictures / (pair.Int8.Result.RenderingCpu / pair.Int8.Result.Pictures)));
        Say($"  {"peak memory, fp32 and int8",-44}{pairs.Max(pair => pair.Full.Result.PeakResident) / 1e6:F0} MB, {pairs.Max(pair => pair.Int8.Result.PeakResident) / 1e6:F0} MB");
        Say($"  {"pictures, mean difference",-44}{pairs.Max(pair => pair.Difference.Mean):F3} of 255, missing {pairs.Sum(pair => pair.Difference.Missing)}");
    }

    private void Row(string name, IEnumerable<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        Say($"  {name,-44}{median:F2}× ({sorted[0]:F2} to {sorted[^1]:F2} in {sorted.Length})");
    }

    private void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
