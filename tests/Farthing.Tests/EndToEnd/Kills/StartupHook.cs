using System.Globalization;
using System.Runtime.InteropServices;
using Farthing.Tests.EndToEnd.Kills;

/// <summary>
/// Runs in the real executable before its own first line, where a test names this assembly in <c>DOTNET_STARTUP_HOOKS</c>: the executable
/// knows nothing of it. It stands between SQLite and the system's <c>write</c>, by SQLite's own way for tests
/// (https://sqlite.org/c3ref/vfs.html, xSetSystemCall), and ends the process by SIGKILL at a numbered point.
/// </summary>
internal static unsafe class StartupHook
{
    /// <summary>The place and the time, such as <c>AfterCommit:3</c>.</summary>
    public const string Variable = "FARTHING_TEST_KILL";

    /// <summary>Counting begins when this file is there: what a server writes while it starts does not count.</summary>
    public const string BeginVariable = "FARTHING_TEST_KILL_BEGIN";

    // Where xSetSystemCall lies in a sqlite3_vfs of version 3, with pointers of eight bytes.
    private const int SetSystemCall = 144;
    private const int FrameHeader = 24;
    private const int Kill = 9;

    private static KillPlace _place;
    private static int _time;
    private static string _begin = "";
    private static bool _hasBegun;
    private static bool _isCommit;
    private static delegate* unmanaged<int, byte*, nint, nint> _write;
    private static delegate* unmanaged<int, byte*, nint, long, nint> _pwrite;

    /// <summary>What .NET calls.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(':') is not [var place, var time])
        {
            return;
        }

        (_place, _time) = (Enum.Parse<KillPlace>(place), int.Parse(time, CultureInfo.InvariantCulture));
        _begin = Environment.GetEnvironmentVariable(BeginVariable)!;
        var system = NativeLibrary.Load("libc.so.6");
        _write = (delegate* unmanaged<int, byte*, nint, nint>)NativeLibrary.GetExport(system, "write");
        _pwrite = (delegate* unmanaged<int, byte*, nint, long, nint>)NativeLibrary.GetExport(system, "pwrite64");
        var vfs = Find(0);
        var set = ((delegate* unmanaged<byte*, byte*, void*, int>*)(vfs + SetSystemCall))[0];
        Set("write\0"u8, (delegate* unmanaged<int, byte*, nint, nint>)&Write);
        Set("pwrite\0"u8, (delegate* unmanaged<int, byte*, nint, long, nint>)&WriteAt);
        Set("pwrite64\0"u8, (delegate* unmanaged<int, byte*, nint, long, nint>)&WriteAt);

        void Set(ReadOnlySpan<byte> name, void* call)
        {
            fixed (byte* text = name)
            {
                // A call that this build of SQLite does not make is unknown to it, which is as well.
                _ = set(vfs, text, call);
            }
        }
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static extern byte* Find(nint name);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    [UnmanagedCallersOnly]
    private static nint Write(int file, byte* bytes, nint count)
    {
        if (IsPoint(bytes, count, out var part))
        {
            _ = _write(file, bytes, part);
            End();
        }

        return _write(file, bytes, count);
    }

    [UnmanagedCallersOnly]
    private static nint WriteAt(int file, byte* bytes, nint count, long offset)
    {
        if (IsPoint(bytes, count, out var part))
        {
            _ = _pwrite(file, bytes, part, offset);
            End();
        }

        return _pwrite(file, bytes, count, offset);
    }

    /// <summary>Whether the process ends in this write, and how much of it is still written. SQLite's writer alone comes here.</summary>
    private static bool IsPoint(byte* bytes, nint count, out nint part)
    {
        // A frame of the log is written as a header of 24 bytes and a page; the header of a commit's last frame says how large the file is then.
        var isPage = _isCommit && count != FrameHeader;
        _isCommit = count == FrameHeader && (bytes[4] | bytes[5] | bytes[6] | bytes[7]) != 0;
        (bool isHere, part) = _place switch
        {
            KillPlace.BeforeCommit => (_isCommit, 0),
            KillPlace.TornCommit => (isPage, count / 2),
            KillPlace.AfterCommit => (isPage, count),
            _ => (true, count / 2),
        };
        return isHere && (_hasBegun = _hasBegun || File.Exists(_begin)) && --_time == 0;
    }

    private static void End()
    {
        _ = Signal(Environment.ProcessId, Kill);
        while (true)
        {
            // The signal is on its way.
        }
    }
}
