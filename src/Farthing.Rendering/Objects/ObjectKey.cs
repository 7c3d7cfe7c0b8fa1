using System.Text;

namespace Farthing.Rendering.Objects;

/// <summary>The rule for keys: names joined by '/', which are file names on every system and lead nowhere else.</summary>
internal static class ObjectKey
{
    private const int MaxBytes = 1_024;
    private const int MaxNameBytes = 200;

    /// <exception cref="ObjectStoreException">The key breaks the rule.</exception>
    public static void Check(string key)
    {
        if (string.IsNullOrEmpty(key) || Encoding.UTF8.GetByteCount(key) > MaxBytes)
        {
            throw new ObjectStoreException($"An object's key must have 1 to {MaxBytes} bytes.");
        }

        foreach (string name in key.Split('/'))
        {
            if (Problem(name) is { } problem)
            {
                throw new ObjectStoreException($"The key '{Shown(key)}' can't be used: {problem}.");
            }
        }
    }

    private static string? Problem(string name)
    {
        if (name.Length == 0)
        {
            return "it begins or ends with '/', or has two in a row";
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            return $"a part of it is longer than {MaxNameBytes} bytes";
        }

        if (name[0] == '.' || name[^1] is '.' or ' ' || name[0] == ' ')
        {
            return "a part of it begins with a dot or a blank, or ends with one";
        }

        return name.Any(c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|') || !IsWellFormed(name)
            ? "it holds a character that no file name may have"
            : null;
    }

    private static bool IsWellFormed(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shown(string key) =>
        string.Concat(key.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
