using System.Globalization;
using System.Text.Json;

namespace Farthing.Drills.Outage;

/// <summary>
/// A provider's outage under load. Steps: 1. both programs, 2. the load, with an eye on the breaker or with the kill, 3. the gateway
/// ends and books what is left, 4. the ledger against the simulator's own count.
/// </summary>
internal static class OutageDrill
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private const int UnderWayAtKill = 3;

    /// <summary>Runs the drill and writes what it found; false when a mark is missed.</summary>
    public static async Task<bool> RunAsync(OutageOptions options, TimeProvider time, TextWriter output, CancellationToken cancellation)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Calls} calls in {options.Seconds:0.#} s; the first provider is out in the middle third{(options.Kill ? "; the gateway is killed in the middle" : "")}"));
        OutageResult result = await FindAsync(options, time, cancellation);
        OutageReport.Write(result, output);
        return result.Marks.All(static mark => mark.IsReached);
    }

    /// <summary>Runs the drill.</summary>
    public static async Task<OutageResult> FindAsync(OutageOptions options, TimeProvider time, CancellationToken cancellation)
    {
        await using OutageSite site = await OutageSite.StartAsync(options);
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var call = new CaptionCall(http, () => site.Gateway);
        var load = new CaptionLoad(call, time);
        await call.WarmUpAsync(cancellation);
        await site.BeginAsync();
        long start = time.GetTimestamp();
        Task<IReadOnlyList<CallSeen>> running = load.RunAsync(options, cancellation);
        TimeSpan third = TimeSpan.FromSeconds(options.Seconds / 3);
        TimeSpan? opened = null;
        if (options.Kill)
        {
            await KillAsync(site, load, running, third * 1.5 - time.GetElapsedTime(start), time, cancellation);
        }
        else
        {
            opened = await OpenedAsync(site, running, third, () => time.GetElapsedTime(start), time, cancellation);
        }

        IReadOnlyList<CallSeen> calls = await running;
        await site.StopGatewayAsync();
        using JsonDocument counts = await site.CountsAsync();
        return Judge(options, calls, third, opened, ProviderCount.OfSimulator(counts), LedgerBooks.Read(site.Ledger));
    }

    private static OutageResult Judge(
        OutageOptions options, IReadOnlyList<CallSeen> calls, TimeSpan third, TimeSpan? opened, IReadOnlyList<ProviderCount> simulator, LedgerBooks books)
    {
        TimeSpan open = opened ?? third * 2;
        Phase Of(string name, TimeSpan from, TimeSpan to) => new(name, [.. calls.Where(call => call.Due >= from && call.Due < to)]);
        Phase healthy = Of("healthy", TimeSpan.Zero, third), broken = Of("outage, breaker open", open, third * 2);
        Phase[] phases =
        [
            healthy,
            .. options.Kill ? (Phase[])[Of("outage, killed in its middle", third, third * 2)] : [Of("outage, breaker opening", third, open), broken],
            Of("after the outage", third * 2, TimeSpan.MaxValue),
        ];
        return new OutageResult(phases, simulator, books, options.Kill ? OutageMarks.OfKilled(calls, simulator, books) : OutageMarks.Of(calls, healthy, broken, simulator, books));
    }

    /// <summary>When the breaker was first seen open; null when it was not.</summary>
    private static async Task<TimeSpan?> OpenedAsync(
        OutageSite site, Task running, TimeSpan from, Func<TimeSpan> elapsed, TimeProvider time, CancellationToken cancellation)
    {
        while (!running.IsCompleted)
        {
            if (elapsed() > from && elapsed() < from * 2 && await site.IsBreakerOpenAsync())
            {
                return elapsed();
            }

            await Task.Delay(Beat, time, cancellation);
        }

        return null;
    }

    /// <summary>Kills the gateway while it has calls, and starts it again.</summary>
    private static async Task KillAsync(OutageSite site, CaptionLoad load, Task running, TimeSpan after, TimeProvider time, CancellationToken cancellation)
    {
        await Task.Delay(after > TimeSpan.Zero ? after : TimeSpan.Zero, time, cancellation);
        while (load.UnderWay < UnderWayAtKill && !running.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellation);
        }

        await site.KillGatewayAsync();
        await site.StartGatewayAsync();
    }
}
