using System.Text;
using System.Text.Unicode;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Commands;

/// <summary>Reads what the commands of the semantic cache are given.</summary>
internal static class PairFiles
{
    /// <summary>The lines of a file: UTF-8, or UTF-16 with its mark.</summary>
    /// <exception cref="PairsException">It can't be read.</exception>
    public static string[] Lines(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new PairsException($"'{path}' is a folder. Name a file in it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PairsException($"'{path}' can't be read: {error.Message}");
        }

        using var text = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        _ = text.Peek();
        if (text.CurrentEncoding is UTF8Encoding)
        {
            RefuseOthers(path, bytes);
        }

        var lines = new List<string>();
        while (text.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    /// <summary>Two texts that differ in a letter that can't be read would be taken for one.</summary>
    private static void RefuseOthers(string path, ReadOnlySpan<byte> bytes)
    {
        for (int number = 1; bytes.Length > 0; number++)
        {
            int end = bytes.IndexOf((byte)'\n');
            if (!Utf8.IsValid(end < 0 ? bytes : bytes[..end]))
            {
                throw new PairsException($"'{path}', line {number}: it is not UTF-8. Save the file as UTF-8.");
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    /// <summary>The built-in lists, with those of a file where one is named.</summary>
    /// <exception cref="GuardListsException">They can't be used.</exception>
    /// <exception cref="UsageException">The file can't be read.</exception>
    public static GuardLists Lists(string? path)
    {
        if (path is null)
        {
            return GuardLists.Default;
        }

        try
        {
            return GuardLists.WithAdditions(File.ReadAllText(path), Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--lists '{path}' can't be read: {error.Message}");
        }
    }
}
