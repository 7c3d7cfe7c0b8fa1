using System.Globalization;

namespace Farthing.Gateway.Booking;

/// <summary>A process's folder of journal files: <c>000001.jsonl</c> and so on, and <c>lock</c>, which the kernel lets go when the process dies.</summary>
internal static class JournalFolder
{
    /// <summary>The path of a file.</summary>
    public static string PathOf(string folder, int number) => Path.Combine(folder, $"{number:D6}.jsonl");

    /// <summary>The folders of processes that are no more, each held until it is disposed.</summary>
    public static IEnumerable<(string Folder, IDisposable Held)> OfTheDead(string root)
    {
        string[] folders = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        foreach (var folder in folders.Where(static folder => !Path.GetFileName(folder).StartsWith('.')).Order(StringComparer.Ordinal))
        {
            FileStream held;
            try
            {
                held = Hold(folder);
            }
            catch (IOException)
            {
                // Its process lives.
                continue;
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's: it is theirs to post.
                continue;
            }

            yield return (folder, held);
        }
    }

    /// <summary>The files of a folder in the order that they were written.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal);

    /// <summary>The number of the last file of a folder; 0 where it has none.</summary>
    public static int LastFile(string folder) => Files(folder).Select(static path => NumberOf(path) ?? 0).DefaultIfEmpty(0).Max();

    /// <summary>Gives files that a person put into a dead process's folder the numbers after its own.</summary>
    public static void NumberStrays(string folder)
    {
        foreach (var stray in Files(folder).Where(static path => NumberOf(path) is null))
        {
            File.Move(stray, PathOf(folder, LastFile(folder) + 1));
        }
    }

    /// <summary>Holds a folder until it is let go or the process dies.</summary>
    /// <exception cref="IOException">A living process holds it.</exception>
    /// <exception cref="UnauthorizedAccessException">It is another user's.</exception>
    public static FileStream Hold(string folder) =>
        new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Removes a folder. Two processes may do so with the same one, one at its end and one that recovers.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The other one did.
        }
    }

    private static int? NumberOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && PathOf("", number) == Path.GetFileName(path) ? number : null;
}
