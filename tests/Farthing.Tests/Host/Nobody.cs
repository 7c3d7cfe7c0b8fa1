using System.Runtime.InteropServices;

namespace Farthing.Tests.Host;

/// <summary>Until it is disposed, this thread touches files as a user for whom their modes hold. They do not for root, as whom tests may run.</summary>
internal sealed partial class Nobody : IDisposable
{
    private const int NobodysId = 65534;

    public Nobody(params ReadOnlySpan<string> open)
    {
        foreach (string folder in open)
        {
            SetMode(folder, (UnixFileMode)0b111_111_111);
        }

        if (Environment.IsPrivilegedProcess)
        {
            _ = SetFileUser(NobodysId);
        }
    }

    public static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(path, mode);
        }
        else
        {
            Assert.Skip("Only Linux has users of single threads.");
        }
    }

    public void Dispose()
    {
        if (Environment.IsPrivilegedProcess)
        {
            _ = SetFileUser(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFileUser(int id);
}
