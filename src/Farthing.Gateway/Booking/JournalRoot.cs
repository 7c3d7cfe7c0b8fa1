using System.Security.Cryptography;

namespace Farthing.Gateway.Booking;

/// <summary>
/// The name of a folder of journals among all that book into one ledger: sessions begin with it, so that who recovers here knows which sessions
/// left their files here, and touches nobody's on another machine.
/// </summary>
public static class JournalRoot
{
    private const string FileName = "name";
    private const int Digits = 12;

    /// <summary>The name of a process's session.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="id">What no other process has.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static string Session(string root, string id) => NameOf(root) + id;

    /// <summary>Tries whether a process could recover and begin its journal in a folder that is there. What is made for this is removed.</summary>
    /// <exception cref="IOException">The folder can't be written, or has no room.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public static void Probe(string root)
    {
        _ = Directory.GetDirectories(root);
        var name = Path.Combine(root, FileName);
        if (Path.Exists(name))
        {
            _ = File.ReadAllText(name);
        }

        // Recovery passes over a folder whose name begins with a dot.
        var folder = Directory.CreateDirectory(Path.Combine(root, ".probe-" + RandomNumberGenerator.GetHexString(Digits, lowercase: true))).FullName;
        try
        {
            JournalFile.Create(JournalFolder.PathOf(folder, 1), RollingFiles.FileBytes, isDurable: false).Dispose();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The folder's name with a hyphen behind it; made the first time.</summary>
    /// <exception cref="IOException">The folder can't be written.</exception>
    internal static string NameOf(string root)
    {
        var path = Path.Combine(Directory.CreateDirectory(root).FullName, FileName);
        if (!File.Exists(path))
        {
            var made = path + "." + RandomNumberGenerator.GetHexString(Digits, lowercase: true);
            File.WriteAllText(made, RandomNumberGenerator.GetHexString(Digits, lowercase: true));
            try
            {
                File.Move(made, path);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process was first.
                File.Delete(made);
            }
        }

        return File.ReadAllText(path) + "-";
    }
}
