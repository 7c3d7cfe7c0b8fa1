using System.Globalization;

namespace Farthing.Drills.Outage;

/// <summary>The drill's tables.</summary>
internal static class OutageReport
{
    /// <summary>Writes what was found.</summary>
    public static void Write(OutageResult result, TextWriter output)
    {
        output.WriteLine();
        Row(output, "phase", "calls", "lost", "retried", "p50 ms", "p95 ms", "p99 ms");
        foreach (Phase phase in result.Phases)
        {
            Row(
                output, phase.Name, Number(phase.Calls.Count), Number(phase.Lost), Number(phase.Calls.Sum(static call => call.Broken)),
                Time(phase.Quantile(0.5)), Time(phase.Quantile(0.95)), Time(phase.Quantile(0.99)));
        }

        output.WriteLine();
        Row(output, "provider/model (key)", "attempts", "answered", "input", "cached", "written", "output");
        foreach (ProviderCount row in result.Simulator)
        {
            Counts(output, "simulator", row);
        }

        foreach (ProviderCount row in result.Books.Attempts)
        {
            Counts(output, "ledger", row);
        }

        output.WriteLine();
        foreach (Mark mark in result.Marks)
        {
            output.WriteLine($"  {(mark.IsReached ? "reached" : "MISSED "),-9}{mark.Name}: {mark.Measured} (asked: {mark.Asked})");
        }
    }

    private static void Counts(TextWriter output, string side, ProviderCount row) => Row(
        output, $"{side} {row.Provider}/{row.Model} ({row.Key})", Number(row.Attempts), Number(row.Answered), Number(row.Input), Number(row.CachedInput), Number(row.CacheWrite), Number(row.Output));

    private static void Row(TextWriter output, string name, params string[] cells) =>
        output.WriteLine($"  {name,-52}{string.Concat(cells.Select(static cell => cell.PadLeft(10)))}");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(TimeSpan? time) => time is { } known ? known.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) : "";
}
