using System.Text.Json;

namespace Farthing.Rendering.Captions;

/// <summary>Looks up phrases; the longest that fits wins, so that "table lamp" is no table.</summary>
internal sealed class Taxonomy
{
    private readonly Dictionary<string, (PhraseKind Kind, TaxonomyEntry? Entry)> _phrases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PhraseKind, TaxonomyEntry?)>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private Taxonomy(TaxonomyFile file)
    {
        Defaults = file.Defaults;
        Add(PhraseKind.Article, file.Articles);
        Add(PhraseKind.Dropped, file.Dropped);
        Add(PhraseKind.ScenePreposition, file.ScenePrepositions);
        Add(PhraseKind.ProductPreposition, file.ProductPrepositions);
        Add(PhraseKind.Product, file.Products);
        Add(PhraseKind.Colour, file.Colours);
        Add(PhraseKind.Finish, file.Finishes);
        Add(PhraseKind.Surface, file.Surfaces);
        Add(PhraseKind.Backdrop, file.Backdrops);
        Add(PhraseKind.Light, file.Lights);
        Add(PhraseKind.Framing, file.Framings);
        Add(PhraseKind.Camera, file.Cameras);
        MaxWords = _phrases.Keys.Max(phrase => phrase.AsSpan().Count(' ') + 1);
        _lookup = _phrases.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The taxonomy that comes with the program.</summary>
    public static Taxonomy Default { get; } = Load();

    public TaxonomyDefaults Defaults { get; }

    /// <summary>Words of the longest phrase.</summary>
    public int MaxWords { get; }

    /// <summary>What a phrase of lower-case words with one blank between them means.</summary>
    public bool TryFind(ReadOnlySpan<char> phrase, out (PhraseKind Kind, TaxonomyEntry? Entry) found) =>
        _lookup.TryGetValue(phrase, out found);

    private static Taxonomy Load()
    {
        using Stream stream = typeof(Taxonomy).Assembly.GetManifestResourceStream("taxonomy.json")!;
        return new Taxonomy(JsonSerializer.Deserialize(stream, TaxonomyJson.Default.TaxonomyFile)!);
    }

    private void Add(PhraseKind kind, IReadOnlyList<string> phrases)
    {
        foreach (string phrase in phrases)
        {
            _phrases.Add(phrase, (kind, null));
        }
    }

    private void Add(PhraseKind kind, IReadOnlyList<TaxonomyEntry> entries)
    {
        foreach (TaxonomyEntry entry in entries)
        {
            foreach (string phrase in entry.Words)
            {
                // Add, not set: a phrase that stands in two places is a mistake that the first use shows.
                _phrases.Add(phrase, (kind, entry));
            }
        }
    }
}
