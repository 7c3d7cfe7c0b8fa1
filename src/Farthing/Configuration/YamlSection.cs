using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Farthing.Configuration;

/// <summary>A mapping of a configuration while it is read: every fault is added to the list, none is thrown.</summary>
/// <param name="title">What it is called in messages, such as <c>precision</c>.</param>
/// <param name="mapping">Its keys and values.</param>
/// <param name="errors">Where faults go.</param>
internal sealed class YamlSection(string title, YamlMappingNode mapping, List<ConfigurationError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The line that it starts on.</summary>
    public long Line => mapping.Start.Line;

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => Node(key) is not null;

    /// <summary>Whether a key has a text rather than a list or keys of its own.</summary>
    public bool IsText(string key) => Node(key) is YamlScalarNode;

    /// <summary>A mapping under a key; null where it is left out or empty.</summary>
    public YamlSection? Section(string key) => Mapping(key) is { } found ? new YamlSection(key, found, errors) : null;

    /// <summary>A mapping under a key as it is, for a reader of its own; null where it is left out or empty.</summary>
    public YamlMappingNode? Mapping(string key) => Node(key) switch
    {
        null or YamlScalarNode { Value: null or "" } => null,
        YamlMappingNode found => found,
        var other => Wrong<YamlMappingNode>(other, key, "must be written as keys and values"),
    };

    /// <summary>A list under a key, item by item; empty where it is left out.</summary>
    public IReadOnlyList<YamlNode> Items(string key) => Node(key) switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlSequenceNode found => [.. found],
        var other => Wrong<IReadOnlyList<YamlNode>>(other, key, "must be a list of items that each start with '- '") ?? [],
    };

    /// <summary>A text under a key; null where it is left out.</summary>
    public string? Text(string key) => Node(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        var other => Wrong<string>(other, key, "must be a text that is not empty"),
    };

    /// <summary>One text or a list of texts under a key; empty where it is left out.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        List<string> texts = [];
        foreach (var node in Node(key) switch { null => [], YamlSequenceNode list => list, { } only => (IEnumerable<YamlNode>)[only] })
        {
            if (node is YamlScalarNode { Value: { Length: > 0 } text })
            {
                texts.Add(text);
            }
            else
            {
                Wrong<string>(node, key, "must be a text or a list of texts");
            }
        }

        if (Node(key) is YamlSequenceNode { Children.Count: 0 } empty)
        {
            Wrong<string>(empty, key, "must not be an empty list: leave it out");
        }

        return texts;
    }

    /// <summary>Names and their texts under a key; empty where it is left out.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string key)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        switch (Node(key))
        {
            case null or YamlScalarNode { Value: null or "" }:
                break;
            case YamlMappingNode found:
                foreach ((YamlNode name, YamlNode value) in found.Children)
                {
                    if (name is YamlScalarNode { Value: { Length: > 0 } word } && value is YamlScalarNode { Value: { Length: > 0 } text })
                    {
                        pairs[word] = text;
                    }
                    else
                    {
                        Wrong<string>(value, key, "must be written as names and texts");
                    }
                }

                break;
            case var other:
                Wrong<string>(other, key, "must be written as names and texts");
                break;
        }

        return pairs;
    }

    /// <summary>A whole number in a range under a key; null where it is left out.</summary>
    public long? Whole(string key, long min, long max)
    {
        if (Node(key) is not { } node)
        {
            return null;
        }

        bool isGood = long.TryParse((node as YamlScalarNode)?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value >= min && value <= max;
        if (!isGood)
        {
            Wrong<string>(node, key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}"));
        }

        return isGood ? value : null;
    }

    /// <summary>Adds a fault on a key's line.</summary>
    public void Refuse(string key, string message) => errors.Add(new ConfigurationError(Node(key)?.Start.Line ?? Line, message));

    /// <summary>Adds a fault for every key that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var key in mapping.Children.Keys)
        {
            string name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_known.Contains(name))
            {
                errors.Add(new ConfigurationError(key.Start.Line, $"unknown key '{name}' in {title}; it has {string.Join(", ", _known)}."));
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
        errors.Add(new ConfigurationError(node.Start.Line, $"'{key}' in {title} {rule}."));
        return null;
    }
}
