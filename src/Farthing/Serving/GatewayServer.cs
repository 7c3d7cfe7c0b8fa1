using Farthing.Gateway.Configuration;
using Farthing.Serving.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving;

/// <summary>The web server around a gateway: Kestrel with its limits, and the paths. Nothing is read from files or variables of its own.</summary>
internal static class GatewayServer
{
    // Calls that are under way when the server is told to stop may end by themselves for so long.
    private static readonly TimeSpan Leave = TimeSpan.FromSeconds(30);

    /// <summary>Builds a server that is not started yet.</summary>
    public static WebApplication Build(LiveGateway live, ILoggerFactory log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = Leave);
        builder.WebHost.UseKestrelCore().UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true).ConfigureKestrel(kestrel => Limit(kestrel, live.Current.Gateway.Configuration.Server));
        WebApplication server = builder.Build();
        GatewayRoutes.Map(server, live);
        return server;
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(options.Listen);
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyMiB * 1024L * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.MaxHeadersKiB * 1024;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(1024 * 1024, options.MaxHeadersKiB * 1024);
        kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        MinDataRate? rate = options.MinBytesPerSecond == 0 ? null : new MinDataRate(options.MinBytesPerSecond, TimeSpan.FromSeconds(5));
        kestrel.Limits.MinRequestBodyDataRate = rate;
        kestrel.Limits.MinResponseDataRate = rate;
    }
}
