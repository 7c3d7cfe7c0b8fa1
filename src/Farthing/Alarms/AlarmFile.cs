using Farthing.Configuration;
using Farthing.Gateway.Configuration;
using Farthing.Serving.Live;

namespace Farthing.Alarms;

/// <summary>Finds the alarms of either kind of configuration file.</summary>
internal static class AlarmFile
{
    /// <summary>Reads them.</summary>
    /// <param name="path">A gateway's file (it has <c>providers</c> or <c>usage</c>), or another.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="UsageException">It can't be read, or has no alarms.</exception>
    /// <exception cref="GatewayConfigurationException">It has errors.</exception>
    /// <exception cref="ConfigurationException">It has errors.</exception>
    public static AlarmOptions Load(string path, Func<string, string?> variable)
    {
        string text;
        try
        {
            text = ConfigurationFile.TextOf(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--config '{path}' can't be read: {e.Message}");
        }

        AlarmOptions? alarms = IsGateway(text)
            ? GatewayConfiguration.Parse(text, ConfigurationFile.NameOf(path), variable).Alarms
            : FarthingConfiguration.Parse(text, ConfigurationFile.NameOf(path), Path.GetDirectoryName(path)!, variable).Alarms;
        return alarms ?? throw new UsageException($"--config '{path}' has no 'alarms'. Write some, such as alarms: {{rules: [{{name: unpriced, kind: unpriced}}]}}.");
    }

    private static bool IsGateway(string text)
    {
        List<ConfigurationError> errors = [];
        return YamlRoot.Read(text, "", errors) is { } root
            && new YamlSection("", root, errors) is var sections && (sections.Has("providers") || sections.Has("usage"));
    }
}
