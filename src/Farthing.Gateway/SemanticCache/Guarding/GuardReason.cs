namespace Farthing.Gateway.SemanticCache.Guarding;

/// <summary>Why two texts may not be answered alike.</summary>
public enum GuardReason
{
    /// <summary>Nothing that they state differs.</summary>
    None,

    /// <summary>Another number, or one that only one of them states.</summary>
    Number,

    /// <summary>Another measure, size or age.</summary>
    Measure,

    /// <summary>One denies what the other does not.</summary>
    Negation,

    /// <summary>The same words, but other things belong together.</summary>
    Roles,

    /// <summary>Another colour or shade.</summary>
    Colour,

    /// <summary>Another language of the answer.</summary>
    Language,

    /// <summary>Another kind of answer: a prompt, a caption, a title.</summary>
    Answer,

    /// <summary>A word that only one of them has.</summary>
    Word,

    /// <summary>A text that the embedder saw only in part.</summary>
    Cut,

    /// <summary>A text that the embedder mostly can't tell from others, such as one in another script.</summary>
    UnknownScript,

    /// <summary>A text that states nothing, or is too long to be looked at.</summary>
    Unreadable,
}
