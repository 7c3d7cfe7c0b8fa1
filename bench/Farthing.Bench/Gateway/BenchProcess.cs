using System.Diagnostics;
using System.Globalization;

namespace Farthing.Bench.Gateway;

/// <summary>A server of the bench, with what Linux counts of it and its children.</summary>
internal sealed class BenchProcess : IDisposable
{
    private const double TicksPerSecond = 100;
    private readonly Process _process;

    private BenchProcess(Process process) => _process = process;

    /// <summary>Starts a program whose output is thrown away.</summary>
    public static BenchProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new BenchProcess(Process.Start(start)!);
        process._process.BeginOutputReadLine();
        process._process.ErrorDataReceived += (_, line) => process.LastWords = line.Data is { Length: > 0 } said ? said : process.LastWords;
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The last line on its standard error.</summary>
    public string LastWords { get; private set; } = "";

    /// <summary>Whether it ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Processor time so far, children's too.</summary>
    public TimeSpan Cpu() => TimeSpan.FromSeconds(Family().Sum(Ticks) / TicksPerSecond);

    /// <summary>Resident memory now, in bytes, children's too.</summary>
    public long Resident() => Family().Sum(Rss);

    /// <summary>Waits until it uses next to no processor time; how long that took.</summary>
    public async Task<TimeSpan> QuietAsync(TimeSpan longest)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < longest)
        {
            TimeSpan before = Cpu();
            await Task.Delay(TimeSpan.FromMilliseconds(400));
            if (Cpu() - before <= TimeSpan.FromMilliseconds(20))
            {
                break;
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private IEnumerable<int> Family()
    {
        yield return _process.Id;
        string children = $"/proc/{_process.Id}/task/{_process.Id}/children";
        foreach (string child in File.Exists(children) ? File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries) : [])
        {
            yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }

    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name is in brackets; user and system time are the 12th and 13th fields behind it.
    private static long Ticks(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }

    private static long Rss(int id)
    {
        string line = File.ReadLines($"/proc/{id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
