using System.Globalization;

namespace Farthing.Bench.Gateway;

/// <summary>
/// Requests a second and latency of the gateway beside others, all in one run: every side in every round, one after the other. Steps:
/// 1. starts, 2. rounds, 3. many requests, with an eye on memory.
/// </summary>
internal sealed class GatewayBench(GatewayBenchOptions options, TextWriter output)
{
    private const int MemorySegmentSeconds = 10;
    private static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(2);

    public async Task RunAsync()
    {
        using var site = new BenchSite();
        List<TimeSpan> starts = await StartsAsync(site);
        List<BenchSide> sides = [site.NginxProxy(), site.Plain(), .. options.Portkey is { } portkey ? (BenchSide[])[site.Portkey(portkey)] : []];
        int number = 0;
        sides.AddRange(FarthingSetup.All.Select(setup => site.Farthing(setup, options.Farthing, $"rounds-{++number}")));
        Dictionary<string, List<BenchRound>> rounds = sides.ToDictionary(static side => side.Name, static _ => new List<BenchRound>());
        foreach (BenchSide side in sides)
        {
            await site.FirstAnswerAsync(side);
            await WrkRun.MakeAsync(BenchSite.Address(side), site.Script, options.Warm);
        }

        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (BenchSide side in sides)
            {
                BenchRound found = await RoundAsync(site, side);
                rounds[side.Name].Add(found);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  round {round + 1}  {side.Name,-26}{found.Run.Rate,8:F0}/s  p50 {found.Run.P50.TotalMilliseconds,7:F2} ms  p99 {found.Run.P99.TotalMilliseconds,7:F2} ms  {found.CpuMicroseconds,6:F1} µs of processor a request  bad {found.Run.Bad}  caught up in {found.CaughtUp.TotalSeconds:F1} s"));
            }
        }

        List<long> memory = options.Requests > 0 ? await MemoryAsync(site, sides.Single(static side => side.Name == FarthingSetup.Main.Name)) : [];
        GatewayReport.Write(rounds, starts, memory, output);
    }

    private async Task<BenchRound> RoundAsync(BenchSite site, BenchSide side)
    {
        TimeSpan before = side.Process.Cpu();
        WrkRun run = await WrkRun.MakeAsync(BenchSite.Address(side), site.Script, options.Seconds);

        // What is booked behind the requests is paid for too, and must not disturb the next side.
        TimeSpan caughtUp = await side.Process.QuietAsync(CatchUp);
        return new BenchRound(run, (side.Process.Cpu() - before).TotalMicroseconds / run.Requests, caughtUp);
    }

    /// <summary>From a start to its first answer; the first of them makes the ledger and is not counted.</summary>
    private async Task<List<TimeSpan>> StartsAsync(BenchSite site)
    {
        List<TimeSpan> times = [];
        for (int i = 0; i <= options.Starts; i++)
        {
            BenchSide side = site.Farthing(FarthingSetup.Main, options.Farthing, "starts");
            TimeSpan took = await site.FirstAnswerAsync(side);
            site.End(side);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  start {i}: first answer after {took.TotalMilliseconds:F0} ms{(i == 0 ? " (makes the ledger; not counted)" : "")}"));
            if (i > 0)
            {
                times.Add(took);
            }
        }

        return times;
    }

    private async Task<List<long>> MemoryAsync(BenchSite site, BenchSide side)
    {
        List<long> resident = [];
        for (long done = 0; done < options.Requests;)
        {
            WrkRun run = await WrkRun.MakeAsync(BenchSite.Address(side), site.Script, MemorySegmentSeconds);
            done += run.Requests;
            resident.Add(side.Process.Resident());
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  after {done} requests: {resident[^1] / 1e6:F0} MB, {run.Rate:F0}/s, p99 {run.P99.TotalMilliseconds:F2} ms, bad {run.Bad}"));
        }

        return resident;
    }
}

/// <summary>One side in one round.</summary>
/// <param name="Run">What wrk saw.</param>
/// <param name="CpuMicroseconds">Processor time of its processes by request, what came behind included.</param>
/// <param name="CaughtUp">How long after the load it still worked.</param>
internal sealed record BenchRound(WrkRun Run, double CpuMicroseconds, TimeSpan CaughtUp);
