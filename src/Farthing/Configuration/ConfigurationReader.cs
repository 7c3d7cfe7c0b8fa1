using Farthing.Gateway.Configuration;
using YamlDotNet.RepresentationModel;

namespace Farthing.Configuration;

/// <summary>Reads one configuration from YAML and gathers every error on the way.</summary>
internal sealed class ConfigurationReader(string name, string folder, Func<string, string?>? variable)
{
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>Steps: 1. YAML, 2. each section by itself, 3. all errors or the configuration.</summary>
    public FarthingConfiguration Read(string yaml)
    {
        var configuration = FarthingConfiguration.Default;
        if (YamlRoot.Read(yaml, "with sections such as 'precision' and 'models'", _errors) is { } root)
        {
            var sections = new YamlSection("the configuration", root, _errors);
            var rules = PrecisionSection.Read(sections.Section("precision"), _errors);
            configuration = new FarthingConfiguration
            {
                Rules = rules,
                Embeddings = EmbeddingsSection.Read(sections.Section("text_embeddings"), folder),
                Models = ModelsSection.Read(sections.Section("models"), folder),
                TrustedKeys = sections.Section("acceptance") is { } acceptance ? ReadKeys(acceptance) : [],
                Alarms = sections.Mapping("alarms") is { } alarms ? ReadAlarms(alarms) : null,
                Warnings = [.. PrecisionSection.Unreachable(rules).Select(warning => $"{name}, {warning}")],
            };
            sections.RefuseOthers();
        }

        return _errors.Count == 0
            ? configuration
            : throw new ConfigurationException(name, [.. _errors.OrderBy(static error => error.Line).Select(static error => error with { Message = StraySecrets.Mask(error.Message) })]);
    }

    private static IReadOnlyList<string> ReadKeys(YamlSection acceptance)
    {
        var keys = acceptance.Texts("trusted_keys");
        acceptance.RefuseOthers();
        return keys;
    }

    /// <summary>The section is the gateway's own, read by its reader.</summary>
    private AlarmOptions? ReadAlarms(YamlMappingNode section)
    {
        List<GatewayConfigurationError> errors = [];
        AlarmOptions? alarms = AlarmOptions.Read(section, variable, errors);
        _errors.AddRange(errors.Select(static error => new ConfigurationError(error.Line, error.Message)));
        return alarms;
    }
}
