using System.Text;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Commands;

/// <summary>Reads what the commands of the semantic cache are given.</summary>
internal static class PairFiles
{
    /// <summary>The lines of a file.</summary>
    /// <exception cref="PairsException">It can't be read.</exception>
    public static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path, Encoding.UTF8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PairsException($"'{path}' can't be read: {error.Message}");
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
