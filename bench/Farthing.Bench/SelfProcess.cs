using System.Diagnostics;
using System.Globalization;

namespace Farthing.Bench;

/// <summary>The benchmark's own process: how to start it again, and what it held.</summary>
internal static class SelfProcess
{
    /// <summary>How to start a child of this program, whose output is read.</summary>
    public static ProcessStartInfo Child(IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SelfProcess).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Linux's own record of the most memory that the process held; elsewhere the runtime's.</summary>
    public static long PeakResident()
    {
        const string Status = "/proc/self/status", Field = "VmHWM:";
        if (!File.Exists(Status))
        {
            return Process.GetCurrentProcess().PeakWorkingSet64;
        }

        string line = File.ReadLines(Status).First(l => l.StartsWith(Field, StringComparison.Ordinal));
        return long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
