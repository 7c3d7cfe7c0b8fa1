using System.Globalization;
using System.Net;
using Farthing.Gateway.Telemetry;
using Farthing.Serving.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Farthing.Serving.Admin;

/// <summary>The port of those who run the gateway: metrics, what is in force, how keys, breakers and budgets are, and reload. It takes the admin's key only.</summary>
internal static class AdminServer
{
    private const long MaxBody = 64 * 1024;

    /// <summary>Builds a server that is not started yet.</summary>
    public static WebApplication Build(LiveGateway live, ConfigurationReloader reloader, MeterProvider metrics, ILoggerFactory log, TimeProvider time, IPEndPoint listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen);
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxConcurrentConnections = 100;
        });
        WebApplication server = builder.Build();
        var guesses = new AdminGuesses(time);
        server.Use((context, next) => live.Current.Gateway.Configuration.Admin is not { } options ? CloseAsync(context) : guesses.Decide(context.Request, options) switch
        {
            { IsIn: true } => next(context),
            { Wait: { } wait } => RefuseAsync(context, wait),
            _ => RefuseAsync(context),
        });
        server.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, null, null, null, null);
        var endpoints = new AdminEndpoints(live, reloader);
        server.UseRouting();
        server.MapGet("/admin/v1/configuration", endpoints.ConfigurationAsync);
        server.MapGet("/admin/v1/keys", endpoints.KeysAsync);
        server.MapGet("/admin/v1/breakers", endpoints.BreakersAsync);
        server.MapGet("/admin/v1/budgets", endpoints.BudgetsAsync);
        server.MapPost("/admin/v1/reload", endpoints.ReloadAsync);
        server.MapFallback(static context => AdminEndpoints.RefuseAsync(
            context, StatusCodes.Status404NotFound, "The admin's port has /metrics and, under /admin/v1, configuration, keys, breakers, budgets and reload (POST)."));
        return server;
    }

    /// <summary>Collects the gateway's instruments for the port's <c>/metrics</c>.</summary>
    public static MeterProvider Collect() => Sdk.CreateMeterProviderBuilder().AddMeter(GatewayMetrics.MeterName).AddPrometheusExporter().Build();

    /// <summary>Nobody's key is wrong, for there is none.</summary>
    private static Task CloseAsync(HttpContext context) => AdminEndpoints.RefuseAsync(
        context, StatusCodes.Status403Forbidden, "The configuration in force has no 'admin' section, so that this port lets nobody in: write the section again, or restart to close the port.");

    private static Task RefuseAsync(HttpContext context, TimeSpan wait)
    {
        int seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return AdminEndpoints.RefuseAsync(
            context, StatusCodes.Status429TooManyRequests, $"{AdminGuesses.MostWrong} wrong keys came from this address: none is looked at for {seconds} s.");
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return AdminEndpoints.RefuseAsync(context, StatusCodes.Status401Unauthorized, "Send the admin's key as a bearer token or in x-api-key.");
    }
}
