namespace Farthing.Gateway.Configuration;

/// <summary>An immutable snapshot of a gateway's configuration. What the file leaves out has its default.</summary>
public sealed record GatewayConfiguration
{
    /// <summary>A longer file is no configuration.</summary>
    public const int MaxCharacters = 1024 * 1024;

    /// <summary>By name, in the order of the file.</summary>
    public required IReadOnlyList<ProviderOptions> Providers { get; init; }

    /// <summary>In the order of the file: the first that a request means holds.</summary>
    public IReadOnlyList<FallbackChain> Fallbacks { get; init; } = [];

    /// <summary><c>semantic_cache</c>.</summary>
    public SemanticCacheOptions SemanticCache { get; init; } = new();

    /// <summary><c>client_keys</c>. Where there are none, everybody who reaches the port may call.</summary>
    public IReadOnlyList<ClientKeyOptions> ClientKeys { get; init; } = [];

    /// <summary><c>budgets</c>.</summary>
    public IReadOnlyList<BudgetOptions> Budgets { get; init; } = [];

    /// <summary><c>admin</c>; null where there is no port for it.</summary>
    public AdminOptions? Admin { get; init; }

    /// <summary><c>telemetry</c>.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary><c>resilience</c>.</summary>
    public ResilienceOptions Resilience { get; init; } = new();

    /// <summary><c>server</c>.</summary>
    public ServerOptions Server { get; init; } = new();

    /// <summary><c>journal</c>.</summary>
    public JournalOptions Journal { get; init; } = new();

    /// <summary><c>usage</c>; null where no usage is taken from outside.</summary>
    public UsageOptions? Usage { get; init; }

    /// <summary><c>alarms</c>; null where nothing is watched.</summary>
    public AlarmOptions? Alarms { get; init; }

    /// <summary>What is odd but can be served, with its line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="GatewayConfigurationException">It can't be served; all errors are reported at once.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static GatewayConfiguration Load(string path, Func<string, string?> variable)
    {
        var file = new FileInfo(path);
        return file.Length <= MaxCharacters
            ? Parse(File.ReadAllText(path), file.Name, variable)
            : throw new GatewayConfigurationException(
                file.Name, [new GatewayConfigurationError(1, "the file is over 1 MB, which is too long for a configuration.")]);
    }

    /// <summary>Reads YAML text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="GatewayConfigurationException">It can't be served; all errors are reported at once.</exception>
    public static GatewayConfiguration Parse(string yaml, string name, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(variable);
        return new GatewayConfigurationReader(name, variable).Read(yaml);
    }
}
