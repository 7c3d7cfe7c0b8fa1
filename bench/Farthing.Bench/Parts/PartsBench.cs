using BenchmarkDotNet.Running;

namespace Farthing.Bench.Parts;

/// <summary>All benchmarks of single parts. Apart from the rest, so that whole renders do not load BenchmarkDotNet.</summary>
internal static class PartsBench
{
    public static void Run(string[] arguments) =>
        BenchmarkSwitcher.FromTypes(
        [
            typeof(SchedulerBenchmarks),
            typeof(GuidanceBenchmarks),
            typeof(TextBenchmarks),
            typeof(PictureBenchmarks),
            typeof(LedgerBenchmarks),
        ]).Run(arguments is [] ? ["--filter", "*"] : arguments);
}
