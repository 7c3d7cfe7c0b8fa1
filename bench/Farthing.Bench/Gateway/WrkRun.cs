using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Farthing.Bench.Gateway;

/// <summary>One run of wrk, one thread and 32 connections.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="P50">The median latency.</param>
/// <param name="P99">The latency that 99% did not exceed.</param>
/// <param name="Requests">How many requests were answered.</param>
/// <param name="Bad">How many of them with no 2xx, or broken.</param>
internal sealed partial record WrkRun(double Rate, TimeSpan P50, TimeSpan P99, long Requests, long Bad)
{
    /// <summary>Loads an address.</summary>
    public static async Task<WrkRun> MakeAsync(Uri address, string script, int seconds, int connections = 32)
    {
        using Process wrk = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", "--latency", "-s", script, address.AbsoluteUri])
        { RedirectStandardOutput = true })!;
        string text = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        long bad = Bads().Matches(text).Sum(static match => match.Groups["n"].Captures.Sum(static n => long.Parse(n.Value, CultureInfo.InvariantCulture)));
        return new WrkRun(
            double.Parse(RatePattern().Match(text).Groups[1].Value, CultureInfo.InvariantCulture),
            Time(text, "50%"), Time(text, "99%"),
            long.Parse(Count().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), bad);
    }

    private static TimeSpan Time(string text, string share)
    {
        Match match = Regex.Match(text, $@"^\s+{share}\s+([0-9.]+)(us|ms|s)", RegexOptions.Multiline);
        double number = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "us" => TimeSpan.FromMicroseconds(number),
            "ms" => TimeSpan.FromMilliseconds(number),
            _ => TimeSpan.FromSeconds(number),
        };
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"([0-9]+) requests in")]
    private static partial Regex Count();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (?<n>[0-9]+)|Socket errors: connect (?<n>[0-9]+), read (?<n>[0-9]+), write (?<n>[0-9]+), timeout (?<n>[0-9]+)")]
    private static partial Regex Bads();
}
