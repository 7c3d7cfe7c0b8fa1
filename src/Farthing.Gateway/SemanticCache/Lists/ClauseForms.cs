namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>
/// Clauses with a choice at each place: "~|that|it would be great|lovely" is "that would be great", "would be lovely" and so on.
/// "~" is nothing, and "_" is a blank inside of one choice.
/// </summary>
internal sealed class ClauseForms
{
    /// <summary>What is written for nothing.</summary>
    public const string Nothing = "~";

    private readonly List<string[][][]> _forms = [];

    /// <summary>Adds a form.</summary>
    /// <param name="form">Its places, each with the words of its choices.</param>
    public void Add(string[][][] form) => _forms.Add(form);

    /// <summary>Whether some words are a form from the first to the last.</summary>
    public bool IsMatch(ReadOnlySpan<string> words)
    {
        foreach (string[][][] form in _forms)
        {
            if (IsMatch(form, words))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMatch(ReadOnlySpan<string[][]> form, ReadOnlySpan<string> words)
    {
        if (form.IsEmpty)
        {
            return words.IsEmpty;
        }

        foreach (string[] choice in form[0])
        {
            if (words.Length >= choice.Length && words[..choice.Length].SequenceEqual(choice) && IsMatch(form[1..], words[choice.Length..]))
            {
                return true;
            }
        }

        return false;
    }
}
