using System.Globalization;
using Farthing.Gateway.SemanticCache.Reading;
using Farthing.Gateway.SemanticCache.Words;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>Reads a guard's lists from YAML, one file over the other, and gathers every error on the way.</summary>
internal sealed class GuardListsReader
{
    /// <summary>A longer text is no list.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private const string Sections =
        "spellings, abbreviations, courtesy, courtesy-clauses, courtesy-words, decorations, task, labels, placed, synonyms, shade-synonyms, units, "
        + "colours, colour-things, shades, materials, patterns";

    private readonly GuardLists _lists = new();
    private readonly List<GuardListsError> _errors = [];
    private readonly HashSet<string> _inSynonyms = new(StringComparer.Ordinal);
    private string _file = "";

    private GuardListsReader()
    {
    }

    /// <summary>
    /// Steps: 1. built-in spellings, 2. each file's sections, spellings and values before what is read by them,
    /// 3. the words that a slip of the pen is mended to.
    /// </summary>
    public static GuardLists Read(IReadOnlyList<(string Name, string Yaml)> files)
    {
        var reader = new GuardListsReader();
        foreach (var (american, british) in SpellingPairs.Read())
        {
            reader._lists.Rewrites.TryAdd(american, [british]);
        }

        var roots = new List<(string Name, YamlMappingNode Root)>();
        foreach (var (name, yaml) in files)
        {
            reader._file = name;
            if (reader.Root(yaml) is { } root)
            {
                roots.Add((name, root));
            }
        }

        foreach (bool first in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var (name, root) in roots)
            {
                reader._file = name;
                reader.ReadSections(root, first);
            }
        }

        if (reader._errors.Count > 0)
        {
            throw new GuardListsException([.. reader._errors.OrderBy(static error => error.File, StringComparer.Ordinal).ThenBy(static error => error.Line)]);
        }

        foreach (string word in FunctionWords.Mended)
        {
            reader._lists.Vocabulary.Add(word);
        }

        return reader._lists;
    }

    private YamlMappingNode? Root(string yaml)
    {
        if (yaml.Length > MaxCharacters)
        {
            _errors.Add(new GuardListsError(_file, 1, "the file is over 1 MB, which is too long for lists of words."));
            return null;
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count == 0)
            {
                return new YamlMappingNode();
            }

            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return root;
            }

            _errors.Add(new GuardListsError(_file, 1, $"expected one document with any of the sections {Sections}."));
        }
        catch (YamlException error)
        {
            _errors.Add(new GuardListsError(_file, error.Start.Line, $"this is not YAML: {error.Message}"));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            _errors.Add(new GuardListsError(_file, 1, $"this is not YAML, and the parser can't say where: {error.Message}"));
        }

        return null;
    }

    private void ReadSections(YamlMappingNode root, bool first)
    {
        foreach (var (key, node) in root.Children)
        {
            string section = (key as YamlScalarNode)?.Value ?? "";
            bool isFirst = section is "spellings" or "units" or "shades" or "colours" or "colour-things" or "materials" or "patterns";
            if (isFirst != first || node is YamlScalarNode { Value: null or "" })
            {
                continue;
            }

            switch (section)
            {
                case "spellings":
                    Map(node, (from, to) => _lists.Rewrites[Word(from)] = Words(to));
                    break;
                case "abbreviations":
                    Map(node, (from, to) => _lists.Abbreviations[Name(from).ToLowerInvariant()] = Words(to));
                    break;
                case "shade-synonyms":
                    Map(node, (from, to) => _lists.ShadeSynonyms[Word(from)] = Name(to));
                    break;
                case "units":
                    Units(node);
                    break;
                case "courtesy":
                    Groups(node, (phrase, _) => _lists.Courtesy.Add(Excusable(phrase), true));
                    break;
                case "courtesy-clauses":
                    Items(node, Clause);
                    break;
                case "decorations":
                    Items(node, sign => _lists.Decorations.Add(Excusable(sign)));
                    break;
                case "courtesy-words":
                    Named(node, ("core", word => Excuse(word, _lists.CourtesyCore)), ("other", word => Excuse(word, _lists.CourtesyOther)));
                    break;
                case "task":
                    Task(node);
                    break;
                case "labels":
                    Groups(node, (phrase, group) => _lists.Labels.Add(Phrase(phrase), group));
                    break;
                case "placed":
                    Items(node, word => Excuse(word, _lists.Placed));
                    break;
                case "synonyms":
                    Groups(node, Synonym);
                    break;
                case "shades":
                    Items(node, word => _lists.Shades.Add(Word(word)));
                    break;
                case "colours":
                    Items(node, word => _lists.Values.Add(Phrase(word), ValueClass.Colour));
                    break;
                case "colour-things":
                    Items(node, word => _lists.Values.Add(Phrase(word), ValueClass.ColourThing));
                    break;
                case "materials":
                    Items(node, word => _lists.Values.Add(Phrase(word), ValueClass.Material));
                    break;
                case "patterns":
                    Items(node, word => _lists.Values.Add(Phrase(word), ValueClass.Pattern));
                    break;
                default:
                    Error(key, $"unknown section '{key}'; there are {Sections}.");
                    break;
            }
        }
    }

    private void Task(YamlNode node)
    {
        TaskWords task = _lists.Task;
        Action<YamlScalarNode> Into(params HashSet<string>[] sets) => word => Excuse(word, sets);
        Action<YamlScalarNode> Answer(string? name) => word =>
        {
            string text = Word(word);
            Into(task.All, task.Telling)(word);
            task.Answers[text] = name ?? text;
        };
        Named(
            node,
            ("verbs", Into(task.Verbs, task.All, task.Telling)),
            ("describing", Into(task.Describing, task.All, task.Telling)),
            ("plainly", Into(task.Plainly, task.Describing, task.All, task.Telling)),
            ("qualities", Into(task.Qualities, task.All)),
            ("prompt", Answer("prompt")),
            ("text", Answer("text")),
            ("other", Answer(null)),
            ("picture", Into(task.Pictures, task.All, task.Telling)),
            ("about", Into(task.All, task.Telling)),
            ("around", Into(task.All)),
            ("ends", Into(task.Ends, task.All)),
            ("pages", Into(task.Pages, task.All, task.Telling)));
    }

    private void Synonym(YamlScalarNode node, string group)
    {
        string phrase = Phrase(node);
        if (!_inSynonyms.Add(phrase))
        {
            Error(node, $"'{node.Value}' is already in a group of synonyms; a phrase has one meaning.");
            return;
        }

        // The first of a group stands for itself, so that nothing shorter is found within it.
        _lists.Synonyms.Add(phrase, Words(group));
    }

    private void Units(YamlNode node)
    {
        if (node is not YamlMappingNode map)
        {
            Error(node, "'units' must be written as { unit: [base, \"factor\"] }.");
            return;
        }

        foreach (var (key, value) in map.Children)
        {
            if (value is YamlSequenceNode { Children: [YamlScalarNode unit, YamlScalarNode factor] }
                && decimal.TryParse(factor.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                && number > 0)
            {
                _lists.Units[Name(key).ToLowerInvariant()] = new Unit(Name(unit), number);
                _lists.Vocabulary.Add(Name(key));
            }
            else
            {
                Error(value, $"the unit '{key}' must be written as [base, \"factor\"], such as cm: [um, \"10000\"].");
            }
        }
    }

    private void Map(YamlNode node, Action<YamlScalarNode, YamlScalarNode> add)
    {
        if (node is not YamlMappingNode map)
        {
            Error(node, "this section is written as { written: read-as }.");
            return;
        }

        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode from && value is YamlScalarNode to && Name(from).Length > 0 && Name(to).Length > 0)
            {
                add(from, to);
            }
            else
            {
                Error(key, "expected a word and what it is read as.");
            }
        }
    }

    private void Named(YamlNode node, params (string Name, Action<YamlScalarNode> Add)[] parts)
    {
        if (node is not YamlMappingNode map)
        {
            Error(node, $"this section has the parts {string.Join(", ", parts.Select(static part => part.Name))}.");
            return;
        }

        foreach (var (key, value) in map.Children)
        {
            int at = Array.FindIndex(parts, part => part.Name == Name(key));
            if (at < 0)
            {
                Error(key, $"unknown part '{key}'; there are {string.Join(", ", parts.Select(static part => part.Name))}.");
            }
            else
            {
                Items(value, parts[at].Add);
            }
        }
    }

    private void Groups(YamlNode node, Action<YamlScalarNode, string> add)
    {
        if (node is not YamlSequenceNode groups)
        {
            Error(node, "this section is a list of groups: - [a phrase, another].");
            return;
        }

        foreach (YamlNode group in groups)
        {
            if (group is YamlSequenceNode { Children: [YamlScalarNode head, ..] } && Name(head).Length > 0)
            {
                string first = Phrase(head);
                Items(group, phrase => add(phrase, first));
            }
            else
            {
                Error(group, "a group is a list of phrases: - [a phrase, another].");
            }
        }
    }

    private void Items(YamlNode node, Action<YamlScalarNode> add)
    {
        if (node is not YamlSequenceNode list)
        {
            Error(node, "expected a list: [one, another].");
            return;
        }

        foreach (YamlNode item in list)
        {
            if (item is YamlScalarNode scalar && Words(scalar).Length > 0)
            {
                add(scalar);
            }
            else
            {
                Error(item, $"'{item}' is no word or phrase; put quotes around it if it is one.");
            }
        }
    }

    /// <summary>One word, or the two of a contraction.</summary>
    private void Excuse(YamlScalarNode node, params HashSet<string>[] sets)
    {
        string phrase = Excusable(node);
        if (phrase.Contains(' ', StringComparison.Ordinal) && Name(node).AsSpan().ContainsAny(' ', '-'))
        {
            Error(node, $"'{node.Value}' is more than one word; this list takes single words.");
        }

        foreach (HashSet<string> set in sets)
        {
            set.UnionWith(phrase.Split(' '));
        }
    }

    /// <summary>A clause with a choice at each place, two of which at least must be filled: no single word is excused by it.</summary>
    private void Clause(YamlScalarNode node)
    {
        string[][][] form = [.. Name(node).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(place => place.Split('|').Select(Choice).ToArray())];
        if (form.Count(static place => Array.TrueForAll(place, static choice => choice.Length > 0)) < 2)
        {
            Error(node, $"'{node.Value}' may be a single word; a clause has two places at least that '{ClauseForms.Nothing}' is no choice of.");
            return;
        }

        _lists.CourtesyClauses.Add(form);
    }

    private string[] Choice(string choice) =>
        choice == ClauseForms.Nothing ? [] : [.. choice.Split('_').SelectMany(word => _lists.Rewrites.TryGetValue(word, out string[]? read) ? read : [word])];

    /// <summary>What is never excused, whatever a list says: numbers, negations and known values.</summary>
    private string Excusable(YamlScalarNode node)
    {
        string phrase = Phrase(node);
        string[] words = phrase.Split(' ');
        if (words.Length == 1 && (FunctionWords.Negations.Contains(phrase) || (Numbers.Words.Contains(phrase) && phrase != "one")
            || phrase.Any(char.IsDigit) || FunctionWords.Languages.Contains(phrase)
            || (_lists.Values.Match(at => at == 0 ? phrase : null, out ValueClass kind) > 0 && kind != ValueClass.None)))
        {
            Error(node, $"'{node.Value}' states something (a number, a negation, a language, a colour, a material or a pattern), so it can't be excused. Take it out.");
        }

        return phrase;
    }

    private string Word(YamlScalarNode node) => string.Join(' ', Words(node));

    private string Phrase(YamlScalarNode node) => string.Join(' ', Words(node));

    private string[] Words(YamlScalarNode node) => Words(Name(node));

    private string[] Words(string text)
    {
        var words = new List<string>();
        foreach (Token token in TextScanner.Scan(text, word => _lists.FindUnit(word) is not null))
        {
            if (!token.IsMark)
            {
                words.AddRange(token.IsWord && _lists.Rewrites.TryGetValue(token.Text, out string[]? read) ? read : [token.Text]);
            }
        }

        foreach (string word in words)
        {
            _lists.Vocabulary.Add(word);
        }

        return [.. words];
    }

    private static string Name(YamlNode node) => (node as YamlScalarNode)?.Value?.Trim() ?? "";

    private void Error(YamlNode node, string message) => _errors.Add(new GuardListsError(_file, node.Start.Line, message));
}
