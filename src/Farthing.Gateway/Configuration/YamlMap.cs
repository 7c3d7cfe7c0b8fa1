using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>A mapping of the configuration while it is read: every fault is added to the list, none is thrown.</summary>
/// <param name="title">What it is called in messages, such as <c>a key</c>.</param>
/// <param name="mapping">Its keys and values.</param>
/// <param name="errors">Where faults go.</param>
internal sealed class YamlMap(string title, YamlMappingNode mapping, List<GatewayConfigurationError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public long Line => mapping.Start.Line;

    /// <summary>How many faults there are so far, in the whole file.</summary>
    public int Faults => errors.Count;

    /// <summary>Keys and values in the order of the file, for mappings whose keys are names.</summary>
    public IEnumerable<(string Name, YamlNode Node)> Named()
    {
        foreach (var (key, value) in mapping.Children)
        {
            yield return ((key as YamlScalarNode)?.Value ?? "", value);
        }
    }

    public bool Has(string key) => Node(key) is not null;

    /// <summary>A mapping under a key; null where it is left out or empty.</summary>
    public YamlMap? Map(string key) => Node(key) switch
    {
        null or YamlScalarNode { Value: null or "" } => null,
        YamlMappingNode found => new YamlMap(key, found, errors),
        var other => Wrong<YamlMap>(other, key, "must be written as keys and values"),
    };

    /// <summary>A mapping that was found by itself, with faults in the same list.</summary>
    public YamlMap Inner(string name, YamlMappingNode node) => new(name, node, errors);

    /// <summary>The line of a key's value.</summary>
    public long LineOf(string key) => Node(key)?.Start.Line ?? Line;

    /// <summary>A list under a key, item by item; empty where it is left out.</summary>
    public IReadOnlyList<YamlNode> Items(string key) => Node(key) switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlSequenceNode found => [.. found],
        var other => Wrong<IReadOnlyList<YamlNode>>(other, key, "must be a list of items that each start with '- '") ?? [],
    };

    /// <summary>The mappings of a list under a key; an item that is none is a fault.</summary>
    public IEnumerable<YamlMap> Maps(string key, string item, string example)
    {
        foreach (var node in Items(key))
        {
            if (node is YamlMappingNode found)
            {
                yield return new YamlMap(item, found, errors);
            }
            else
            {
                errors.Add(new GatewayConfigurationError(node.Start.Line, $"{item} must be written as keys and values, such as {example}."));
            }
        }
    }

    /// <summary>A text under a key; null where it is left out.</summary>
    public string? Text(string key) => Node(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        var other => Wrong<string>(other, key, "must be a text that is not empty"),
    };

    /// <summary>A text that must be there; empty where it is not, which is a fault.</summary>
    public string Required(string key, string why)
    {
        if (!Has(key))
        {
            Refuse(key, $"'{key}' is missing from {title}: {why}");
        }

        return Text(key) ?? "";
    }

    /// <summary>A list of texts under a key; empty where it is left out.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        List<string> texts = [];
        foreach (var node in Items(key))
        {
            if (node is YamlScalarNode { Value: { Length: > 0 } text })
            {
                texts.Add(text);
            }
            else
            {
                Wrong<string>(node, key, "must be a list of texts");
            }
        }

        return texts;
    }

    /// <summary>A whole number in a range; the fallback where it is left out.</summary>
    public int Whole(string key, int min, int max, int fallback)
    {
        if (Node(key) is not { } node)
        {
            return fallback;
        }

        if (int.TryParse((node as YamlScalarNode)?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min && value <= max)
        {
            return value;
        }

        Wrong<string>(node, key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
        return fallback;
    }

    /// <summary>A number in a range; the fallback where it is left out.</summary>
    public double Number(string key, double min, double max, double fallback)
    {
        if (Node(key) is not { } node)
        {
            return fallback;
        }

        const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (double.TryParse((node as YamlScalarNode)?.Value, Plain, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Wrong<string>(node, key, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}, such as {fallback}"));
        return fallback;
    }

    /// <summary>A time in seconds; the fallback where it is left out.</summary>
    public TimeSpan Seconds(string key, double min, double max, TimeSpan fallback) =>
        TimeSpan.FromSeconds(Number(key, min, max, fallback.TotalSeconds));

    /// <summary><c>true</c> or <c>false</c>; the fallback where it is left out.</summary>
    public bool Flag(string key, bool fallback)
    {
        switch (Text(key))
        {
            case null:
                return fallback;
            case "true":
                return true;
            case "false":
                return false;
            case var other:
                Refuse(key, $"'{key}' in {title} is '{other}': write true or false.");
                return fallback;
        }
    }

    /// <summary>Adds a fault on a key's line.</summary>
    public void Refuse(string key, string message) => Add(LineOf(key), message);

    /// <summary>Adds a fault on a line.</summary>
    public void Add(long line, string message) => errors.Add(new GatewayConfigurationError(line, message));

    /// <summary>Adds a fault for every key that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var key in mapping.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_known.Contains(name))
            {
                Add(key.Start.Line, $"unknown key '{name}' in {title}; it has {string.Join(", ", _known)}.");
            }
        }
    }

    private YamlNode? Node(string key)
    {
        _known.Add(key);
        return mapping.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private T? Wrong<T>(YamlNode node, string key, string rule)
        where T : class
    {
        Add(node.Start.Line, $"'{key}' in {title} {rule}.");
        return null;
    }
}
