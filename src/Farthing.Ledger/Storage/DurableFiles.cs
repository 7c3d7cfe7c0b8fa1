using System.Runtime.InteropServices;

namespace Farthing.Ledger.Storage;

/// <summary>Makes a change to a folder's entries survive a loss of power: on Unix a folder is flushed like a file.</summary>
public static partial class DurableFiles
{
    private const int OpenReadOnly = 0;

    /// <summary>Makes a folder and those above it, and flushes each entry that was made.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (parent is not null)
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            FlushFolder(parent);
        }
    }

    /// <summary>Makes what a file or a folder is called survive a loss of power.</summary>
    public static void FlushFolderOf(string path) => FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Flushes a folder's entries. File systems that can't do it, and Windows, which has no such call, are let pass.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0)
        {
            // A folder that may be written but not read: the file itself is safe, its name follows with the next flush.
            return;
        }

        try
        {
            const int ioError = 5;
            const int noSpace = 28;
            if (FSync(descriptor) != 0 && Marshal.GetLastPInvokeError() is var error and (ioError or noSpace))
            {
                throw new IOException($"The folder '{path}' could not be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
