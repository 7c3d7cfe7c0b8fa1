using System.Collections.Frozen;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
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
    public LlmGateway(GatewayConfiguration configuration, GatewayMeans means)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(means);
        _log = means.Log.CreateLogger<LlmGateway>();
        Configuration = configuration;
        Journal = means.Journal;
        Links = configuration.Providers.ToFrozenDictionary(
            static provider => provider.Name,
            provider => new ProviderLink(
                provider,
                new KeyRing(provider, configuration.Resilience, means.Time, means.Random),
                new ProviderPipeline(configuration.Resilience, means.Time, means.Random, () => LogOpened(provider.Name, configuration.Resilience.BreakerBreak.TotalSeconds)),
                means.Connect(provider, configuration.Resilience)),
            StringComparer.Ordinal);
        Routing = new ModelRouting(configuration);
        Clients = new ClientKeys(configuration.ClientKeys, means.Time);
        Charges = new TokenCharges(means.Book);
        Calls = new CallRunner(
            configuration, Links, means.Bridges, new ProviderCaller(configuration, means.Journal, means.Time), means.Time);
        Cache = new CachedCalls(configuration, Calls, means.Journal, means.Caches, means.Time, means.Log.CreateLogger<CachedCalls>());
        Prober = new KeyProber(Links.Values, means.Time, means.Log.CreateLogger<KeyProber>());
    }

    /// <summary>The configuration.</summary>
    public GatewayConfiguration Configuration { get; }

    /// <summary>Where attempts are written down.</summary>
    public AttemptJournal Journal { get; }

    /// <summary>The providers by name.</summary>
    public FrozenDictionary<string, ProviderLink> Links { get; }

    /// <summary>Finds models.</summary>
    public ModelRouting Routing { get; }

    /// <summary>The clients' keys.</summary>
    public ClientKeys Clients { get; }

    /// <summary>What attempts cost.</summary>
    public TokenCharges Charges { get; }

    /// <summary>Makes calls.</summary>
    public CallRunner Calls { get; }

    /// <summary>Makes calls through the caches.</summary>
    public CachedCalls Cache { get; }

    /// <summary>Brings keys back.</summary>
    public KeyProber Prober { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in Links.Values)
        {
            link.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider} failed too often and is left alone for {Seconds} s.")]
    private partial void LogOpened(string provider, double seconds);
}
