using System.Security.Cryptography;
using System.Text;
using Farthing.Rendering.Captions;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Caption stems from a taxonomy file: a line a stem, its parts with commas between, such as "on sand, the sea, bright sun, soft
/// shadows". A scene text that says the same as a stem is written as that stem, so that both have the same embedding.
/// </summary>
/// <remarks>
/// "The same" is: the same parts in any order, without regard to case, blanks, punctuation around parts, and a leading
/// "an empty scene". A text that says more, less or something else is left as it is. The states of a stem inside a longer text are
/// other states, so nothing is reused there.
/// </remarks>
public sealed class StemCatalog
{
    private const int LongestLine = 500;
    private const string Lead = "an empty scene";

    private readonly Dictionary<string, string> _scenes = new(StringComparer.Ordinal);

    private StemCatalog()
    {
    }

    /// <summary>The scene texts that stems become, in the order of the file, each once.</summary>
    public IReadOnlyList<string> Scenes { get; private set; } = [];

    /// <summary>Stems that were read.</summary>
    public int Stems { get; private set; }

    /// <summary>Lines that are no stem: the line, from 1, and what is wrong with it.</summary>
    public IReadOnlyList<(int Line, string Problem)> Problems { get; private set; } = [];

    /// <summary>SHA-256 of the file's stems, 64 hexadecimal digits: another catalogue may give other pictures.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Reads a file. Blank lines and lines that begin with # are passed over; lines that are no stem are named in <see cref="Problems"/>.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static StemCatalog Load(string path) => Read(File.ReadLines(path, Encoding.UTF8));

    /// <summary>Reads lines.</summary>
    public static StemCatalog Read(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var catalog = new StemCatalog();
        var captioner = new TemplateCaptioner();
        List<(int, string)> problems = [];
        List<string> scenes = [];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (ProblemOf(text) is { } problem)
            {
                problems.Add((number, problem));
                continue;
            }

            catalog.Stems++;
            hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
            string scene = SceneOf(text, captioner);
            if (catalog._scenes.TryAdd(FormOf(scene), scene))
            {
                scenes.Add(scene);
            }

            catalog._scenes.TryAdd(FormOf(text), catalog._scenes[FormOf(scene)]);
        }

        catalog.Scenes = scenes;
        catalog.Problems = problems;
        catalog.Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
        return catalog;
    }

    /// <summary>A scene text as its stem's scene is written; the text itself where it is no stem.</summary>
    public string Canonical(string scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return _scenes.GetValueOrDefault(FormOf(scene), scene);
    }

    /// <summary>Whether a scene text is a stem.</summary>
    public bool Contains(string scene) => _scenes.ContainsKey(FormOf(scene));

    /// <summary>
    /// The scene of a stem: what the template captioner makes of it where it knows every word, which leaves framing and camera to
    /// the whole picture; else the stem as it is.
    /// </summary>
    private static string SceneOf(string stem, TemplateCaptioner captioner) =>
        PromptReading.Of(stem, Taxonomy.Default) is { IsWhole: true, Product: null, Colour: null, Finish: null }
            ? captioner.Caption(stem).Scene
            : $"{Lead} {stem.TrimEnd('.', ',', ';', ' ')}";

    private static string? ProblemOf(string text) =>
        text.Length > LongestLine ? $"it has {text.Length} characters, at most {LongestLine} are a stem"
        : text.Any(char.IsControl) ? "it holds control characters; stems are plain text"
        : !text.Any(char.IsLetter) ? "it holds no letter"
        : null;

    /// <summary>Parts in lower case with single blanks, sorted, without what says nothing.</summary>
    private static string FormOf(string text)
    {
        IEnumerable<string> parts = text
            .Split([',', ';', '\n', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Select(static part => string.Join(' ', part.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim('"', '\'', '(', ')', '!', ':', ' '))
            .Select(static part => WithoutLead(part))
            .Where(static part => part.Length > 0)
            .Order(StringComparer.Ordinal);
        return string.Join('\n', parts);
    }

    private static string WithoutLead(string part)
    {
        foreach (string lead in new[] { Lead, Lead["an ".Length..] })
        {
            if (part == lead)
            {
                return "";
            }

            if (part.StartsWith(lead + " ", StringComparison.Ordinal))
            {
                return part[(lead.Length + 1)..];
            }
        }

        return part;
    }
}
