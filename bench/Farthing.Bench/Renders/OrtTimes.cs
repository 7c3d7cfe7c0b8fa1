using System.Collections.Concurrent;
using System.Diagnostics;

namespace Farthing.Bench.Renders;

/// <summary>Gathers the runs of ONNX Runtime in this process, from all threads.</summary>
internal sealed class OrtTimes : IDisposable
{
    private readonly ConcurrentBag<Run> _runs = [];
    private readonly ThreadLocal<(long Clock, long Cpu)> _begun = new();

    /// <summary>What <see cref="Diffusion.Sessions.OrtClock"/> calls.</summary>
    public void Hear(bool begins)
    {
        if (begins)
        {
            _begun.Value = (Stopwatch.GetTimestamp(), ThreadCpu.Nanoseconds());
            return;
        }

        long cpu = ThreadCpu.Nanoseconds(), end = Stopwatch.GetTimestamp();
        var (begin, cpuBefore) = _begun.Value;
        _runs.Add(new Run(begin, end, (cpu - cpuBefore) / 1e9));
    }

    /// <summary>Seconds between two timestamps in which at least one run was going on.</summary>
    public double Union(long from, long to)
    {
        long covered = 0, reached = from;
        foreach (var run in Within(from, to).OrderBy(r => r.Begin))
        {
            long begin = Math.Max(run.Begin, reached), end = Math.Min(run.End, to);
            covered += Math.Max(0, end - begin);
            reached = Math.Max(reached, end);
        }

        return Seconds(covered);
    }

    /// <summary>Sum of the runs' seconds between two timestamps.</summary>
    public double Sum(long from, long to) =>
        Seconds(Within(from, to).Sum(run => Math.Min(run.End, to) - Math.Max(run.Begin, from)));

    /// <summary>Processor seconds of the calling threads in the runs that began between two timestamps.</summary>
    public double CallerCpu(long from, long to) => _runs.Where(run => run.Begin >= from && run.Begin < to).Sum(run => run.Cpu);

    public void Dispose() => _begun.Dispose();

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    private IEnumerable<Run> Within(long from, long to) => _runs.Where(run => run.End > from && run.Begin < to);

    private readonly record struct Run(long Begin, long End, double Cpu);
}
