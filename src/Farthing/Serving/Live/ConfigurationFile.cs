using System.Runtime.InteropServices;
using System.Text;
using Farthing.Gateway.Configuration;

namespace Farthing.Serving.Live;

/// <summary>Reads a configuration's file. At the start it may be a pipe, as of <c>&lt;(envsubst …)</c>, which is read once; later only a file is opened, for a pipe may never be written to.</summary>
internal static class ConfigurationFile
{
    private const int PartLength = 4096;

    // Of statx(2), whose struct is the same on every architecture.
    private const int FromCurrentFolder = -100, StatxSize = 256, ModeAt = 28;
    private const uint TypeOnly = 1;
    private const int TypeBits = 0xF000, Pipe = 0x1000, CharacterDevice = 0x2000, BlockDevice = 0x6000, Socket = 0xC000;

    /// <summary>What to call it in messages: its name, or all of its path where that alone tells where it comes from, as of <c>/dev/fd/63</c>.</summary>
    public static string NameOf(string path) => MayBlock(path) ? path : Path.GetFileName(path);

    /// <summary>The text of what is no longer than a configuration may be.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string TextOf(string path)
    {
        using var reader = new StreamReader(path);
        var text = new StringBuilder();
        char[] part = new char[PartLength];
        for (int read = reader.Read(part); read > 0; read = reader.Read(part))
        {
            if (text.Append(part, 0, read).Length > GatewayConfiguration.MaxCharacters)
            {
                throw new IOException("the file is too long for a configuration.");
            }
        }

        return text.ToString();
    }

    /// <summary>The text as it is now. What may keep its reader waiting is not opened.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string TextAgain(string path) => MayBlock(path)
        ? throw new IOException($"'{path}' is no regular file, and such a one is read at the start only: put a file in its place, or restart.")
        : TextOf(path);

    /// <summary>Whether a path leads to a pipe, a socket or a device, of which one read says nothing of the next. Known on Linux only.</summary>
    public static bool MayBlock(string path)
    {
        byte[] status = new byte[StatxSize];

        // What is not there is told when it is read.
        return OperatingSystem.IsLinux() && Statx(FromCurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), 0, TypeOnly, status) == 0
            && (BitConverter.ToUInt16(status, ModeAt) & TypeBits) is Pipe or CharacterDevice or BlockDevice or Socket;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] status);
}
