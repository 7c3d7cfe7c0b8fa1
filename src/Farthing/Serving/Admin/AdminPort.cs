using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Serving.Live;
using Farthing.Serving.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Farthing.Serving.Admin;

/// <summary>The admin's server while it listens, with what collects its metrics. Without it nothing is collected.</summary>
internal sealed class AdminPort : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly MeterProvider _collected;

    private AdminPort(WebApplication server, MeterProvider collected) => (_server, _collected) = (server, collected);

    /// <summary>Where it listens.</summary>
    public string Url => _server.Urls.First();

    /// <summary>Starts it; null where the configuration has none.</summary>
    public static async Task<AdminPort?> StartAsync(
        AdminOptions? options, LiveGateway live, ConfigurationReloader reloader, GatewayMetrics metrics, ILoggerFactory log, TimeProvider time)
    {
        if (options is null)
        {
            return null;
        }

        GatewayGauges.Add(metrics, live);
        MeterProvider collected = AdminServer.Collect();
        WebApplication server = AdminServer.Build(live, reloader, collected, log, time, options.Listen);
        var port = new AdminPort(server, collected);
        try
        {
            await Listening.StartAsync(server, options.Listen, "admin.listen");
            return port;
        }
        catch
        {
            await port.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _collected.Dispose();
    }
}
