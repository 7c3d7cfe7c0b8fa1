using System.Runtime.InteropServices;

namespace Farthing.Bench.Renders;

/// <summary>The processor time of the calling thread, which other programs on the machine can't blur.</summary>
internal static class ThreadCpu
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    public static bool IsKnown => OperatingSystem.IsLinux();

    /// <summary>Nanoseconds since the thread began; 0 where it is not known.</summary>
    public static long Nanoseconds()
    {
        if (!IsKnown)
        {
            return 0;
        }

        return GetTime(ThreadClock, out var time) == 0 ? time.Seconds * 1_000_000_000 + time.Nanoseconds : 0;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
