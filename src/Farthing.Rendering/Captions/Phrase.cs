namespace Farthing.Rendering.Captions;

/// <summary>What a phrase of the taxonomy is.</summary>
internal enum PhraseKind
{
    /// <summary>A word that the taxonomy does not know.</summary>
    Unknown,
    Article,
    Dropped,
    ScenePreposition,
    ProductPreposition,
    Product,
    Colour,
    Finish,
    Surface,
    Backdrop,
    Light,
    Framing,
    Camera,

    /// <summary>The end of a clause: a comma, a full stop, a line's end.</summary>
    Break,
}

/// <summary>A piece of a prompt.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The words as typed.</param>
/// <param name="Entry">What it means; null for words without an entry.</param>
internal readonly record struct Phrase(PhraseKind Kind, string Text, TaxonomyEntry? Entry);
