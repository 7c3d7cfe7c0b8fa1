using Farthing.Ledger.Money;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Farthing.Ledger.Prices;

/// <summary>Reads one price book from YAML and gathers every error on the way.</summary>
internal sealed class PriceBookReader(string name, Func<Currency, DateOnly, FxRate?> rateOn)
{
    /// <summary>A longer text is no price book.</summary>
    public const int MaxCharacters = 16 * 1024 * 1024;

    private const int MaxDepth = 8;
    private readonly List<PriceBookError> _errors = [];

    public static PriceBookError TooLong { get; } = new(1, "the file is over 16 MB, which is too long for a price book.");

    /// <summary>Steps: 1. YAML, 2. the two lists, 3. each row by itself, 4. the rows against each other.</summary>
    public PriceBook Read(string yaml)
    {
        var drafts = new List<(long Line, PriceDraft Price)>();
        var rates = new List<(long Line, FxRate Rate)>();
        if (Root(yaml) is { } root)
        {
            foreach (var (key, value) in root.Children)
            {
                switch ((key as YamlScalarNode)?.Value)
                {
                    case "prices":
                        ReadRows(value, "prices", row => row.ReadPrice(), drafts);
                        break;
                    case "fx":
                        ReadRows(value, "fx", row => row.ReadRate(), rates);
                        break;
                    default:
                        Add(key, $"unknown section '{key}'; a price book has 'prices' and 'fx'.");
                        break;
                }
            }
        }

        return PriceBookChecks.Make(name, [.. drafts.Select(static row => row.Price)], rates, rateOn, _errors);
    }

    private YamlMappingNode? Root(string yaml)
    {
        if (yaml.Length > MaxCharacters)
        {
            _errors.Add(TooLong);
            return null;
        }

        try
        {
            if (!DepthIsSane(yaml))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return root;
            }

            _errors.Add(new PriceBookError(1, "expected one document with the sections 'prices' and 'fx'."));
        }
        catch (YamlException error)
        {
            _errors.Add(new PriceBookError(error.Start.Line, $"this is not YAML: {error.Message}"));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these out on some malformed text, without a place.
            _errors.Add(new PriceBookError(1, $"this is not YAML, and the parser can't say where: {error.Message}"));
        }

        return null;
    }

    /// <summary>The tree is built by recursion, so a bottomless one is turned away while it is still a stream.</summary>
    private bool DepthIsSane(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth + 2)
            {
                _errors.Add(new PriceBookError(parser.Current.Start.Line, "this is nested too deeply for a price book."));
                return false;
            }

            if (parser.Current is AnchorAlias)
            {
                _errors.Add(new PriceBookError(parser.Current.Start.Line, "an alias (*name) is not understood here: write the row out."));
                return false;
            }
        }

        return true;
    }

    private void ReadRows<T>(YamlNode section, string title, Func<PriceBookRow, T?> read, List<(long, T)> into)
        where T : class
    {
        if (section is not YamlSequenceNode rows)
        {
            if (section is not YamlScalarNode { Value: "" or null })
            {
                Add(section, $"'{title}' must be a list of rows that each start with '- '.");
            }

            return;
        }

        foreach (var node in rows)
        {
            if (node is not YamlMappingNode mapping)
            {
                Add(node, $"a row of '{title}' must be written as {{ key: value, … }}.");
            }
            else if (read(PriceBookRow.Of(mapping, _errors)) is { } found)
            {
                into.Add((node.Start.Line, found));
            }
        }
    }

    private void Add(YamlNode node, string message) => _errors.Add(new PriceBookError(node.Start.Line, message));
}
