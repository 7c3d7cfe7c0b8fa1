using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;
using Farthing.Serving.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Usage;

/// <summary>Takes usage from outside and books it: the queue and its paths.</summary>
internal sealed class UsageServing : IDisposable
{
    private readonly UsageInbox _inbox;
    private readonly UsageEndpoint _events;
    private readonly UsageEndpoint _spans;

    private UsageServing(UsageInbox inbox, Func<ClientKeys> clients, UsageOptions options, TimeProvider time, ILoggerFactory log)
    {
        _inbox = inbox;
        Queue = new UsageQueue(inbox, options, time, log.CreateLogger<UsageQueue>());
        var gate = new UsageGate(clients, options);
        _events = new UsageEndpoint(gate, Queue, new CloudEventsWire(options), options, log.CreateLogger<UsageEndpoint>());
        _spans = new UsageEndpoint(gate, Queue, new SpansWire(options, () => inbox.Prices), options, log.CreateLogger<UsageEndpoint>());
    }

    /// <summary>The way to the ledger.</summary>
    public UsageQueue Queue { get; }

    /// <summary>Opens what is needed; null where the configuration takes no usage.</summary>
    /// <param name="options">The configuration; null where no usage is taken.</param>
    /// <param name="clients">The client keys in force.</param>
    /// <param name="file">The ledger.</param>
    /// <param name="prices">The prices.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears what a person should know.</param>
    /// <exception cref="LedgerException">The ledger can't be used.</exception>
    public static UsageServing? Open(
        UsageOptions? options, Func<ClientKeys> clients, LedgerStore file, RecordedPrices prices, TimeProvider time, ILoggerFactory log)
    {
        if (options is null)
        {
            return null;
        }

        return new UsageServing(UsageInbox.Open(file, prices, new UsageRules { MaxSkew = options.MaxSkew }), clients, options, time, log);
    }

    /// <summary>Maps its paths.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/usage", _events.HandleAsync);
        routes.MapPost("/v1/traces", _spans.HandleAsync);
        OtherMethods.Map(routes, "/v1/usage", HttpMethods.Post);
        OtherMethods.Map(routes, "/v1/traces", HttpMethods.Post);
    }

    /// <inheritdoc/>
    public void Dispose() => _inbox.Dispose();
}
