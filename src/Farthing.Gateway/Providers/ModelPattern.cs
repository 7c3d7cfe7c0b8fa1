namespace Farthing.Gateway.Providers;

/// <summary>A name of models in which <c>*</c> stands for anything, such as <c>gpt-5*-codex*</c>.</summary>
internal static class ModelPattern
{
    /// <summary>Whether a model's name is one of them.</summary>
    public static bool Fits(string pattern, string model)
    {
        var (at, of, star, tried) = (0, 0, -1, 0);
        while (at < model.Length)
        {
            if (of < pattern.Length && pattern[of] == '*')
            {
                (star, tried) = (of++, at);
            }
            else if (of < pattern.Length && pattern[of] == model[at])
            {
                at++;
                of++;
            }
            else if (star >= 0)
            {
                // The last star takes one more.
                (of, at) = (star + 1, ++tried);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(of).TrimStart('*').IsEmpty;
    }
}
