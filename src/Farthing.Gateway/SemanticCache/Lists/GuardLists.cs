using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>
/// What a guard may excuse, and the values that it knows: an immutable snapshot, read from YAML. A tenant's additions
/// lie over the built-in lists.
/// </summary>
public sealed class GuardLists
{
    private static readonly Lazy<GuardLists> BuiltIn = new(static () => GuardListsReader.Read([("default-lists.yaml", DefaultYaml())]));

    internal GuardLists()
    {
    }

    internal Dictionary<string, string[]> Rewrites { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, string[]> Abbreviations { get; } = new(StringComparer.Ordinal);

    internal PhraseTable<bool> Courtesy { get; } = new();

    internal ClauseForms CourtesyClauses { get; } = new();

    internal HashSet<string> CourtesyCore { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> CourtesyOther { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Decorations { get; } = new(StringComparer.Ordinal);

    internal TaskWords Task { get; } = new();

    internal PhraseTable<string> Labels { get; } = new();

    internal HashSet<string> Placed { get; } = new(StringComparer.Ordinal);

    internal PhraseTable<string[]> Synonyms { get; } = new();

    internal Dictionary<string, Unit> Units { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, string> ShadeSynonyms { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Shades { get; } = new(StringComparer.Ordinal);

    internal PhraseTable<ValueClass> Values { get; } = new();

    internal Vocabulary Vocabulary { get; } = new();

    /// <summary>The built-in lists.</summary>
    public static GuardLists Default => BuiltIn.Value;

    /// <summary>The YAML of the built-in lists, with comments for whoever adds to them.</summary>
    public static string DefaultYaml()
    {
        using Stream stream = typeof(GuardLists).Assembly.GetManifestResourceStream("default-lists.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The built-in lists with a tenant's additions.</summary>
    /// <param name="yaml">The additions: any of the sections of <see cref="DefaultYaml"/>.</param>
    /// <param name="name">What to call them in messages.</param>
    /// <exception cref="GuardListsException">They can't be used; all errors are reported at once.</exception>
    public static GuardLists WithAdditions(string yaml, string name) => GuardListsReader.Read([("default-lists.yaml", DefaultYaml()), (name, yaml)]);

    /// <summary>The built-in lists with additions, each over the ones before.</summary>
    /// <param name="additions">What to call each in messages, and its text.</param>
    /// <exception cref="GuardListsException">They can't be used; all errors are reported at once.</exception>
    public static GuardLists WithAdditions(IReadOnlyList<(string Name, string Yaml)> additions) => GuardListsReader.Read([("default-lists.yaml", DefaultYaml()), .. additions]);

    /// <summary>These lists alone, without the built-in ones.</summary>
    /// <param name="yaml">The whole lists.</param>
    /// <param name="name">What to call them in messages.</param>
    /// <exception cref="GuardListsException">They can't be used; all errors are reported at once.</exception>
    public static GuardLists Only(string yaml, string name) => GuardListsReader.Read([(name, yaml)]);

    internal Unit? FindUnit(string word)
    {
        if (Units.TryGetValue(word, out Unit? unit)
            || (word.Length > 3 && word[^1] == 's' && Units.TryGetValue(word[..^1], out unit)))
        {
            return unit;
        }

        return Rewrites.TryGetValue(word, out string[]? read) && read is [var one] && one != word ? FindUnit(one) : null;
    }
}
