using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Farthing.Configuration;

/// <summary>Reads one configuration from YAML and gathers every error on the way.</summary>
internal sealed class ConfigurationReader(string name, string folder)
{
    private const int MaxDepth = 8;
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>Steps: 1. YAML, 2. each section by itself, 3. all errors or the configuration.</summary>
    public FarthingConfiguration Read(string yaml)
    {
        var configuration = FarthingConfiguration.Default;
        if (Root(yaml) is { } root)
        {
            var sections = new YamlSection("the configuration", root, _errors);
            var rules = PrecisionSection.Read(sections.Section("precision"), _errors);
            configuration = new FarthingConfiguration
            {
                Rules = rules,
                Embeddings = EmbeddingsSection.Read(sections.Section("text_embeddings"), folder),
                Models = ModelsSection.Read(sections.Section("models"), folder),
                TrustedKeys = sections.Section("acceptance") is { } acceptance ? ReadKeys(acceptance) : [],
                Warnings = [.. PrecisionSection.Unreachable(rules).Select(warning => $"{name}, {warning}")],
            };
            sections.RefuseOthers();
        }

        return _errors.Count == 0
            ? configuration
            : throw new ConfigurationException(name, [.. _errors.OrderBy(static error => error.Line)]);
    }

    private static IReadOnlyList<string> ReadKeys(YamlSection acceptance)
    {
        var keys = acceptance.Texts("trusted_keys");
        acceptance.RefuseOthers();
        return keys;
    }

    private YamlMappingNode? Root(string yaml)
    {
        try
        {
            if (!DepthIsSane(yaml))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            switch (stream.Documents)
            {
                case [{ RootNode: YamlMappingNode root }]:
                    return root;
                case [] or [{ RootNode: YamlScalarNode { Value: null or "" } }]:
                    return null;
                default:
                    _errors.Add(new ConfigurationError(1, "expected one document with sections such as 'precision' and 'models'."));
                    break;
            }
        }
        catch (YamlException error)
        {
            _errors.Add(new ConfigurationError(error.Start.Line, $"this is not YAML: {error.Message}"));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these out on some malformed text, without a place.
            _errors.Add(new ConfigurationError(1, $"this is not YAML, and the parser can't say where: {error.Message}"));
        }

        return null;
    }

    /// <summary>The tree is built by recursion, so a bottomless one is turned away while it is still a stream.</summary>
    private bool DepthIsSane(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            string? fault = depth > MaxDepth + 2 ? "this is nested too deeply for a configuration."
                : parser.Current is AnchorAlias ? "an alias (*name) is not understood here: write it out."
                : null;
            if (fault is not null)
            {
                _errors.Add(new ConfigurationError(parser.Current.Start.Line, fault));
                return false;
            }
        }

        return true;
    }
}
