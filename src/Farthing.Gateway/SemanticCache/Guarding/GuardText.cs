using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Guarding;

/// <summary>What the embedder says of a text.</summary>
[Flags]
public enum EmbeddedText
{
    /// <summary>All of it was seen.</summary>
    Whole = 0,

    /// <summary>Its end was cut off.</summary>
    Cut = 1,

    /// <summary>Half of its tokens or more are unknown ones.</summary>
    MostlyUnknown = 2,
}

/// <summary>A text read for comparing; immutable, so that one that is stored is read once.</summary>
public sealed class GuardText
{
    internal GuardText(string original, EmbeddedText embedded) => (Original, Embedded) = (original, embedded);

    internal string Original { get; }

    internal EmbeddedText Embedded { get; }

    /// <summary>Whether it is not looked into: longer than the guard reads.</summary>
    internal bool IsTooLong { get; init; }

    /// <summary>Which answer is asked for; empty where none is named.</summary>
    internal string Answer { get; init; } = "";

    /// <summary>Words of the job's clause that no list knows.</summary>
    internal List<Token> Strange { get; init; } = [];

    /// <summary>What is stated.</summary>
    internal Scene Scene { get; init; } = new(null, [], []);

    /// <summary>Words that capitals or an apostrophe make other words of, as they are written.</summary>
    internal Dictionary<string, HashSet<string>> Forms { get; init; } = [];

    /// <summary>What hyphens join that would say something else without.</summary>
    internal Ties Ties { get; init; } = new([], []);

    /// <summary>A sentence that somebody says, with its commas; empty for any other text.</summary>
    internal string Said { get; init; } = "";

    /// <summary>Every word, number and preposition in the order of the text, marks left out.</summary>
    internal string Sequence { get; init; } = "";
}
