namespace Farthing.Rendering.Captions;

/// <summary>What a prompt says, sorted into what belongs to the product and what to the scene.</summary>
internal sealed class PromptReading
{
    public TaxonomyEntry? Product { get; private set; }

    public string? Colour { get; private set; }

    public string? Finish { get; private set; }

    public TaxonomyEntry? Surface { get; private set; }

    public TaxonomyEntry? Backdrop { get; private set; }

    public TaxonomyEntry? Light { get; private set; }

    public string? Framing { get; private set; }

    public string? Camera { get; private set; }

    /// <summary>Words of the scene that the taxonomy does not know, with their prepositions.</summary>
    public List<(string Preposition, string Words)> OtherScene { get; } = [];

    /// <summary>Whether every word was understood, so that the caption need not repeat the prompt.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Reads a prompt.</summary>
    public static PromptReading Of(string prompt, Taxonomy taxonomy)
    {
        List<Segment> segments = Segment.Cut(PhraseReader.Read(prompt, taxonomy));
        var reading = new PromptReading();
        bool named = segments.Any(segment => segment.Has(PhraseKind.Product));
        int subject = named ? -1 : Subject(segments);
        bool afterProduct = false;
        int clause = -1;
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            afterProduct &= segment.Clause == clause;
            clause = segment.Clause;
            bool ofProduct = i == subject || segment.Has(PhraseKind.Product) || segment.IsLookOnly
                || (afterProduct && !segment.IsScene && !segment.NamesScene);
            reading.Take(segment, ofProduct);
            afterProduct = ofProduct || (afterProduct && !segment.IsScene);
        }

        return reading;
    }

    /// <summary>
    /// Where no known product is named, the first words are one all the same when something of the scene comes after them:
    /// "teapot on marble", "ceramic teapot, marble counter".
    /// </summary>
    private static int Subject(List<Segment> segments)
    {
        if (segments.Count < 2 || segments[0].Preposition.Length > 0 || segments[0].NamesScene || !segments[0].Has(PhraseKind.Unknown))
        {
            return -1;
        }

        bool related = segments.Any(segment => segment.Clause == segments[0].Clause && segment.IsScene);
        bool placed = segments.Any(segment => segment.Has(PhraseKind.Surface) || segment.Has(PhraseKind.Backdrop));
        return related || placed ? 0 : -1;
    }

    private void Take(Segment segment, bool ofProduct)
    {
        var others = new List<string>();
        foreach (Phrase phrase in segment.Phrases)
        {
            switch (phrase.Kind)
            {
                case PhraseKind.Product:
                    IsWhole &= Product is null;
                    Product ??= phrase.Entry;
                    break;
                case PhraseKind.Surface:
                    IsWhole &= Surface is null;
                    Surface ??= phrase.Entry;
                    break;
                case PhraseKind.Backdrop:
                    IsWhole &= Backdrop is null;
                    Backdrop ??= phrase.Entry;
                    break;
                case PhraseKind.Light:
                    Light ??= phrase.Entry;
                    break;
                case PhraseKind.Framing:
                    Framing ??= phrase.Entry!.Name;
                    break;
                case PhraseKind.Camera:
                    Camera ??= phrase.Entry!.Name;
                    break;
                case PhraseKind.Colour when ofProduct:
                    IsWhole &= Colour is null;
                    Colour ??= phrase.Entry!.Name;
                    break;
                case PhraseKind.Finish when ofProduct:
                    Finish ??= phrase.Entry!.Name;
                    break;
                default:
                    IsWhole = false;
                    if (!ofProduct)
                    {
                        others.Add(phrase.Text);
                    }

                    break;
            }
        }

        if (others.Count > 0 && segment.Phrases.Any(phrase => phrase.Kind == PhraseKind.Unknown))
        {
            OtherScene.Add((segment.Preposition, string.Join(' ', others)));
        }
    }
}
