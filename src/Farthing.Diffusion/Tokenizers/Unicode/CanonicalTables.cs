using System.Globalization;

namespace Farthing.Diffusion.Tokenizers.Unicode;

/// <summary>The tables behind <see cref="CanonicalComposition"/>, read from the text file beside this one.</summary>
internal sealed class CanonicalTables
{
    private static readonly Lazy<CanonicalTables> Loaded = new(Load);

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private CanonicalTables()
    {
    }

    public static CanonicalTables Instance => Loaded.Value;

    /// <summary>The combining class: 0 for a starter.</summary>
    public int ClassOf(int codePoint) => _classes.GetValueOrDefault(codePoint);

    /// <summary>One step of decomposition; the second is 0 where there is but one.</summary>
    public bool TryDecompose(int codePoint, out (int First, int Second) parts) =>
        _decompositions.TryGetValue(codePoint, out parts);

    public bool TryCompose(int first, int second, out int composed) =>
        _compositions.TryGetValue((first, second), out composed);

    private static CanonicalTables Load()
    {
        var tables = new CanonicalTables();
        using var stream = typeof(CanonicalTables).Assembly.GetManifestResourceStream("canonical-composition.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                foreach (var entry in line.AsSpan().Split(' '))
                {
                    tables.Add(line.AsSpan(entry));
                }
            }
        }

        return tables;
    }

    private static int Hex(ReadOnlySpan<char> digits) =>
        int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Add(ReadOnlySpan<char> entry)
    {
        int at = entry.IndexOfAny('-', '=', '>');
        int first = Hex(entry[..at]);
        var rest = entry[(at + 1)..];
        if (entry[at] == '-')
        {
            int colon = rest.IndexOf(':');
            for (int c = first, last = Hex(rest[..colon]); c <= last; c++)
            {
                _classes.Add(c, byte.Parse(rest[(colon + 1)..], CultureInfo.InvariantCulture));
            }

            return;
        }

        int plus = rest.IndexOf('+');
        var parts = plus < 0 ? (Hex(rest), 0) : (Hex(rest[..plus]), Hex(rest[(plus + 1)..]));
        _decompositions.Add(first, parts);
        if (entry[at] == '=')
        {
            _compositions.Add(parts, first);
        }
    }
}
