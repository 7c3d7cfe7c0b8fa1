using System.Globalization;
using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Bench.Gateway;

/// <summary>The tables at the end: each side's medians, and what is asked of Farthing.</summary>
internal static class GatewayReport
{
    private const double AskedOfNginx = 0.6, AskedOfHit = 1, AskedOfPortkey = 15, AskedP99 = 4, AskedStart = 1000, AskedMemory = 250e6, Plateau = 1.1;

    public static void Write(IReadOnlyDictionary<string, List<BenchRound>> rounds, IReadOnlyList<TimeSpan> starts, IReadOnlyList<long> memory, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  {"side",-28}{"requests/s",12}{"p50 ms",10}{"p99 ms",10}{"µs cpu",10}{"bad",8}");
        foreach (var (name, runs) in rounds)
        {
            output.WriteLine(Line(
                $"  {name,-28}{Median(runs, static r => r.Run.Rate),12:F0}{Median(runs, static r => r.Run.P50.TotalMilliseconds),10:F2}{Median(runs, static r => r.Run.P99.TotalMilliseconds),10:F2}{Median(runs, static r => r.CpuMicroseconds),10:F1}{runs.Sum(static r => r.Run.Bad),8}"));
        }

        output.WriteLine();
        output.WriteLine($"  {"measure",-52}{"asked",-12}{"measured",-40}reached");
        List<BenchRound> ours = rounds[FarthingSetup.Main.Name], nginx = rounds["nginx"];
        Ratio("requests/s over nginx", AskedOfNginx, ours.Zip(nginx, static (a, b) => a.Run.Rate / b.Run.Rate), isLeast: true);
        Ratio("p99 over nginx", AskedP99, ours.Zip(nginx, static (a, b) => a.Run.P99 / b.Run.P99), isLeast: false);
        if (rounds.TryGetValue("Portkey", out var portkey))
        {
            Ratio("requests/s over Portkey", AskedOfPortkey, ours.Zip(portkey, static (a, b) => a.Run.Rate / b.Run.Rate), isLeast: true);
        }

        Ratio("requests/s over Kestrel and HttpClient alone", null, ours.Zip(rounds["Kestrel and HttpClient"], static (a, b) => a.Run.Rate / b.Run.Rate), isLeast: true);
        Ratio("Kestrel and HttpClient alone over nginx", null, rounds["Kestrel and HttpClient"].Zip(nginx, static (a, b) => a.Run.Rate / b.Run.Rate), isLeast: true);
        foreach (var (setup, asked) in ((FarthingSetup, double?)[])[(FarthingSetup.ExactHit, AskedOfHit), (FarthingSetup.Budgeted, null), (FarthingSetup.Bare, null)])
        {
            Ratio($"{setup.Name}: requests/s over nginx", asked, rounds[setup.Name].Zip(nginx, static (a, b) => a.Run.Rate / b.Run.Rate), isLeast: true);
        }

        double start = Quantiles.Median(starts.Select(static time => time.TotalMilliseconds));
        Row("start to first answer", $"< {AskedStart:F0} ms", Line($"{start:F0} ms ({starts.Min().TotalMilliseconds:F0} to {starts.Max().TotalMilliseconds:F0} in {starts.Count})"), start < AskedStart);
        if (memory.Count > 1)
        {
            double most = memory.Max(), half = memory.Skip(memory.Count / 2).Max() / (double)memory.Take((memory.Count + 1) / 2).Max();
            Row("resident memory, the most", Line($"≤ {AskedMemory / 1e6:F0} MB"), Line($"{most / 1e6:F0} MB"), most <= AskedMemory);
            Row("second half's most over the first half's", Line($"≤ {Plateau}×"), Line($"{half:F2}×"), half <= Plateau);
        }

        void Ratio(string name, double? asked, IEnumerable<double> ratios, bool isLeast)
        {
            double[] sorted = [.. ratios.Order()];
            double median = Quantiles.Median(sorted);
            Row(
                name, asked is null ? "" : Line($"{(isLeast ? "≥" : "≤")} {asked}×"), Line($"{median:F2}× ({sorted[0]:F2} to {sorted[^1]:F2} in {sorted.Length})"),
                asked is null ? null : isLeast ? median >= asked : median <= asked);
        }

        void Row(string name, string asked, string measured, bool? reached) =>
            output.WriteLine($"  {name,-52}{asked,-12}{measured,-40}{reached switch { true => "yes", false => "no", null => "" }}".TrimEnd());
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Median(List<BenchRound> rounds, Func<BenchRound, double> figure) => Quantiles.Median(rounds.Select(figure));
}
