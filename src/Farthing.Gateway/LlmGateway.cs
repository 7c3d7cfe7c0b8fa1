using System.Collections.Frozen;
using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Prices;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway;

/// <summary>What a gateway has from the process it runs in.</summary>
/// <param name="Journal">Where attempts are written down.</param>
/// <param name="Book">The prices.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Numbers from 0 up to and without 1; safe for threads.</param>
/// <param name="Log">Where it tells what happens.</param>
public sealed record GatewayMeans(AttemptJournal Journal, PriceBook Book, TimeProvider Time, Func<double> Random, ILoggerFactory Log)
{
    /// <summary>The ways between shapes.</summary>
    public ShapeBridges Bridges { get; init; } = ShapeBridges.None;

    /// <summary>The budgets of this process; needed where the configuration has any.</summary>
    public BudgetDesk? Budgets { get; init; }

    /// <summary>What is measured.</summary>
    public GatewayMetrics Metrics { get; init; } = new();

    /// <summary>What the caches need; null for none.</summary>
    public CacheMeans? Caches { get; init; }

    /// <summary>Makes a provider's connections.</summary>
    public Func<ProviderOptions, ResilienceOptions, HttpMessageInvoker> Connect { get; init; } = Connections.Create;
}

/// <summary>One configuration in force: its providers, their keys and breakers, its clients' keys. It knows nothing of web servers.</summary>
public sealed partial class LlmGateway : IDisposable
{
    private readonly ILogger _log;

    /// <summary>Puts a configuration in force.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="means">What the process has.</param>
    /// <param name="previous">The configuration before: providers that are as they were keep their breakers, connections and keys' health.</param>
    public LlmGateway(GatewayConfiguration configuration, GatewayMeans means, LlmGateway? previous = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(means);
        _log = means.Log.CreateLogger<LlmGateway>();
        Configuration = configuration;
        Journal = means.Journal;
        Metrics = means.Metrics;
        Links = configuration.Providers.ToFrozenDictionary(
            static provider => provider.Name,
            provider => Link(provider, means, previous),
            StringComparer.Ordinal);
        Routing = new ModelRouting(configuration);
        Clients = new ClientKeys(configuration.ClientKeys, means.Time, previous?.Clients);
        Charges = new TokenCharges(means.Book);
        Budgets = configuration.Budgets.Count == 0 ? null
            : new BudgetGate(configuration, means.Budgets ?? throw new ArgumentException("The configuration has budgets, and there is no desk for them.", nameof(means)), means.Book);
        Calls = new CallRunner(
            configuration, Links, means.Bridges, new ProviderCaller(configuration, means.Journal, means.Time), means.Time)
        {
            Budgets = Budgets,
            Telemetry = new AttemptTelemetry(means.Metrics, Charges),
        };
        Cache = new CachedCalls(configuration, Calls, means.Journal, means.Caches, means.Time, means.Log.CreateLogger<CachedCalls>());
        Prober = new KeyProber(Links.Values, means.Time, means.Log.CreateLogger<KeyProber>());
    }

    /// <summary>The configuration.</summary>
    public GatewayConfiguration Configuration { get; }

    /// <summary>Where attempts are written down.</summary>
    public AttemptJournal Journal { get; }

    /// <summary>What is measured.</summary>
    public GatewayMetrics Metrics { get; }

    /// <summary>The providers by name.</summary>
    public FrozenDictionary<string, ProviderLink> Links { get; }

    /// <summary>Finds models.</summary>
    public ModelRouting Routing { get; }

    /// <summary>The clients' keys.</summary>
    public ClientKeys Clients { get; }

    /// <summary>What calls may cost; null where nothing bounds it.</summary>
    internal BudgetGate? Budgets { get; }

    /// <summary>What attempts cost.</summary>
    public TokenCharges Charges { get; }

    /// <summary>Makes calls.</summary>
    public CallRunner Calls { get; }

    /// <summary>Makes calls through the caches.</summary>
    public CachedCalls Cache { get; }

    /// <summary>Brings keys back.</summary>
    public KeyProber Prober { get; }

    /// <summary>The budgets and what they came to, in the order of the file.</summary>
    /// <exception cref="Ledger.Storage.LedgerException">The ledger can't be read.</exception>
    public IReadOnlyList<BudgetView> BudgetViews() => Budgets?.Views() ?? [];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in Links.Values)
        {
            link.Dispose();
        }
    }

    private ProviderLink Link(ProviderOptions provider, GatewayMeans means, LlmGateway? previous)
    {
        var resilience = Configuration.Resilience;
        var earlier = previous?.Links.GetValueOrDefault(provider.Name);
        if (earlier is not null && previous!.Configuration.Resilience == resilience && earlier.Options.IsLike(provider))
        {
            return earlier.Share();
        }

        var keys = new KeyRing(provider, resilience, means.Time, means.Random);
        if (earlier is not null)
        {
            keys.CarryFrom(earlier.Keys);
        }

        return new ProviderLink(
            provider,
            keys,
            new ProviderPipeline(resilience, means.Time, means.Random, () => LogOpened(provider.Name, resilience.BreakerBreak.TotalSeconds)),
            Connect(provider, resilience, means))
        {
            Prices = new PriceNames(provider, means.Book),
        };
    }

    private static HttpMessageInvoker Connect(ProviderOptions provider, ResilienceOptions resilience, GatewayMeans means)
    {
        var connections = means.Connect(provider, resilience);
        return provider.Row.KeyHeader == KeyHeader.AwsSignature ? new HttpMessageInvoker(new BedrockHandler(provider, connections, means.Time)) : connections;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} failed too often and is left alone for {Seconds} s.")]
    private partial void LogOpened(string provider, double seconds);
}
