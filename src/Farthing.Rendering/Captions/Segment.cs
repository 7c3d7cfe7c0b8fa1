namespace Farthing.Rendering.Captions;

/// <summary>A part of a prompt between prepositions and commas, such as "with a curtain".</summary>
/// <param name="Preposition">The preposition it begins with; "" at the beginning of a clause.</param>
/// <param name="IsScene">Whether the preposition speaks of the scene, not of the thing before.</param>
/// <param name="Clause">The number of its clause, counted from 0.</param>
/// <param name="Phrases">Its phrases without articles and empty words.</param>
internal sealed record Segment(string Preposition, bool IsScene, int Clause, List<Phrase> Phrases)
{
    public bool Has(PhraseKind kind) => Phrases.Any(phrase => phrase.Kind == kind);

    /// <summary>Whether it names something of the scene that the taxonomy knows.</summary>
    public bool NamesScene => Phrases.Any(phrase => phrase.Kind is PhraseKind.Surface or PhraseKind.Backdrop or PhraseKind.Light);

    /// <summary>Whether it is about colour and finish alone, such as "in white".</summary>
    public bool IsLookOnly => Phrases.Count > 0 && Phrases.All(phrase => phrase.Kind is PhraseKind.Colour or PhraseKind.Finish);

    /// <summary>Cuts phrases into segments; empty ones are left out.</summary>
    public static List<Segment> Cut(List<Phrase> phrases)
    {
        var segments = new List<Segment>();
        var current = new Segment("", false, 0, []);
        foreach (Phrase phrase in phrases)
        {
            switch (phrase.Kind)
            {
                case PhraseKind.Break:
                    Close(new Segment("", false, current.Clause + 1, []));
                    break;
                case PhraseKind.ScenePreposition or PhraseKind.ProductPreposition:
                    Close(new Segment(phrase.Text, phrase.Kind == PhraseKind.ScenePreposition, current.Clause, []));
                    break;
                case PhraseKind.Dropped when current.Phrases.Count > 0:
                    // "placed on" parts the product from what it stands on.
                    Close(new Segment("", true, current.Clause, []));
                    break;
                case PhraseKind.Article or PhraseKind.Dropped:
                    break;
                default:
                    current.Phrases.Add(phrase);
                    break;
            }
        }

        Close(current);
        return segments;

        void Close(Segment next)
        {
            if (current.Phrases.Count > 0)
            {
                segments.Add(current);
            }

            current = next;
        }
    }
}
