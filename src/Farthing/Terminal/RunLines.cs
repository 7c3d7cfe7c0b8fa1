using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Manifests;

namespace Farthing.Terminal;

/// <summary>What is said of a run, a line at a time.</summary>
internal static class RunLines
{
    /// <summary>The run is planned.</summary>
    public static string Started(string runId, int total, int already) => already == 0
        ? Text($"run {runId}: {total} to render")
        : Text($"run {runId}: {total} rows, {already} delivered before, {total - already} to render");

    /// <summary>A picture is there.</summary>
    public static string Delivered(RunSnapshot run, string id, string path, Amount? cost) =>
        Text($"[{run.Done}/{run.Total}] {id} {path} {cost?.ToString() ?? "unpriced"}");

    /// <summary>A row gives no picture.</summary>
    public static string Failed(RowError reason) => $"failed: {reason}";

    /// <summary>Something a person should know.</summary>
    public static string Warned(string id, string message) => id.Length == 0 ? $"warning: {message}" : $"warning: {id}: {message}";

    /// <summary>A denoising step.</summary>
    public static string Step(RunSnapshot run, int done, int steps) =>
        Text($"[{run.Done}/{run.Total}] {Stage.Denoise.Display()} step {done}/{steps} · {Pace(run)}");

    /// <summary>Rate, time left, and cost so far.</summary>
    public static string Pace(RunSnapshot run)
    {
        string rate = run.PerMinute is { } perMinute ? Text($"{perMinute:0.0} a minute") : "– a minute";
        string left = run.Left is { } time ? Duration(time) + " left" : "– left";
        return $"{rate} · {left} · {run.Cost} so far{(run.HasUnpriced ? " (some usage has no price)" : "")}";
    }

    /// <summary>Such as <c>0:42</c> or <c>3:05:10</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? Text($"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : Text($"{time.Minutes}:{time.Seconds:00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
