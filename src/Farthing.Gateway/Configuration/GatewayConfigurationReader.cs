using System.Net;

namespace Farthing.Gateway.Configuration;

/// <summary>Reads one configuration from YAML and gathers every error on the way.</summary>
internal sealed class GatewayConfigurationReader(string name, Func<string, string?> variable)
{
    private readonly List<GatewayConfigurationError> _errors = [];
    private readonly List<GatewayConfigurationError> _warnings = [];

    /// <summary>Steps: 1. YAML, 2. each section by itself, 3. the sections against each other, 4. all errors or the configuration.</summary>
    public GatewayConfiguration Read(string yaml)
    {
        GatewayConfiguration? configuration = null;
        if (GatewayYaml.Root(yaml, _errors) is { } root)
        {
            var sections = new YamlMap("the configuration", root, _errors);
            var providers = new ProvidersSection(variable, _warnings).Read(sections);
            var names = ProvidersSection.Names(sections).ToHashSet(StringComparer.Ordinal);
            var clients = ClientKeysSection.Read(sections);
            configuration = new GatewayConfiguration
            {
                Providers = providers,
                Fallbacks = new FallbacksSection(sections, names, providers).Read(),
                SemanticCache = new SemanticCacheSection(variable, names, clients).Read(sections.Map("semantic_cache")),
                ClientKeys = clients,
                Budgets = BudgetsSection.Read(sections, clients),
                Admin = AdminSection.Read(sections.Map("admin")),
                Telemetry = TelemetrySection.Read(sections.Map("telemetry")),
                Resilience = ResilienceSection.Read(sections.Map("resilience")),
                Journal = JournalSection.Read(sections.Map("journal")),
                Server = ServerSection.Read(sections.Map("server")),
            };
            configuration = configuration with
            {
                Usage = UsageSection.Read(sections, configuration.ClientKeys),
                Alarms = new AlarmsSection(variable, configuration.Budgets, _warnings).Read(sections.Map("alarms")),
            };
            sections.RefuseOthers();
            if (configuration.Admin is { } admin && admin.Listen.Port != 0 && admin.Listen.Equals(configuration.Server.Listen))
            {
                sections.Refuse("admin", $"'admin' listens on {admin.Listen}, where the gateway itself does: give it a port of its own.");
            }

            if (configuration.ClientKeys.Count == 0 && !IPAddress.IsLoopback(configuration.Server.Listen.Address))
            {
                _warnings.Add(new GatewayConfigurationError(
                    sections.Map("server")?.Line ?? 1,
                    $"the gateway listens on {configuration.Server.Listen} and has no 'client_keys': whoever reaches the port spends your money."));
            }
        }

        return _errors.Count == 0
            ? configuration! with { Warnings = [.. _warnings.Select(warning => $"{name}, {StraySecrets.Mask(warning.ToString())}")] }
            : throw new GatewayConfigurationException(name, [.. _errors.OrderBy(static error => error.Line).Select(static error => error with { Message = StraySecrets.Mask(error.Message) }).Distinct()]);
    }
}
