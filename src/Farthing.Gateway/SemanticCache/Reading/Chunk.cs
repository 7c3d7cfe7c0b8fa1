namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Words that stand together: a thing with its attributes, or what a preposition introduces.</summary>
/// <param name="Preposition">What introduces it; empty for none.</param>
/// <param name="Label">What announces it before a colon; null for nothing.</param>
/// <param name="IsAttached">Whether no mark parts it from what is before it.</param>
/// <param name="Words">What it says, articles left out.</param>
internal sealed record Chunk(string Preposition, string? Label, bool IsAttached, List<Token> Words)
{
    /// <summary>The thing before it that it belongs to, where no mark parts the two; null where it belongs to the whole text.</summary>
    public string? Holder { get; init; }

    /// <summary>What stands directly before a phrase, where no mark parts the two; null where nothing does.</summary>
    public string? Near { get; init; }

    /// <summary>What a colon or a bracket ties it to; null for nothing.</summary>
    public string? Tied { get; init; }

    /// <summary>Whether an "and" joins it to the phrase before it, so that both follow the same thing.</summary>
    public bool IsJoined { get; init; }

    /// <summary>Whether a preposition introduces it.</summary>
    public bool IsPhrase => Preposition.Length > 0;

    /// <summary>Whether it denies something.</summary>
    public bool IsNegated => Denies(Preposition);

    /// <summary>Whether a preposition denies, by itself or another: "not", "without", "not for".</summary>
    public static bool Denies(string preposition) => preposition is "without" or "not" || preposition.StartsWith("not ", StringComparison.Ordinal) || preposition.StartsWith("without ", StringComparison.Ordinal);
}
