using System.Net;
using Farthing.Simulation.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Farthing.Simulation.Serving;

/// <summary>
/// The simulated providers behind one port: <c>/v1/chat/completions</c>, <c>/v1/responses</c>, <c>/v1/embeddings</c> and <c>/v1/models</c> of OpenAI,
/// <c>/v1/messages</c> and, with the header <c>anthropic-version</c>, <c>/v1/models</c> of Anthropic; <c>/model/ID/converse</c> and
/// <c>/model/ID/converse-stream</c> of AWS Bedrock; <c>/simulator/counts</c> and
/// <c>/simulator/reset</c>.
/// </summary>
internal sealed class SimulatorServer : IAsyncDisposable
{
    private const long MaxRequestBytes = 32 * 1024 * 1024;
    private readonly WebApplication _application;

    private SimulatorServer(WebApplication application, SimulatorCounts counts) => (_application, Counts) = (application, counts);

    /// <summary>What happened so far.</summary>
    public SimulatorCounts Counts { get; }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:8090</c>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts it.</summary>
    /// <param name="scenario">How it behaves.</param>
    /// <param name="endpoint">Where to listen; port 0 takes a free one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(Scenario scenario, IPEndPoint endpoint, TimeProvider time, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(endpoint);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;

            // A body that is sent slowly on purpose is no attack.
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var counts = new SimulatorCounts();
        var provider = new SimulatedProvider(scenario, new ScenarioClock(time, scenario.TimeScale), counts);
        WebApplication application = builder.Build();
        application.UseRouting();
        application.MapPost("/v1/chat/completions", context => provider.TakeAsync(context, "openai", "chat"));
        application.MapPost("/v1/responses", context => provider.TakeAsync(context, "openai", "responses"));
        application.MapPost("/v1/embeddings", context => provider.TakeAsync(context, "openai", "embeddings"));
        foreach (string path in (string[])["/model/{model}/converse", "/model/{model}/converse-stream"])
        {
            application.MapPost(path, context => TakeBedrockAsync(provider, context, "converse"));
        }

        application.MapGet("/async-invoke", context => TakeBedrockAsync(provider, context, "models"));
        application.MapPost("/v1/messages", context => provider.TakeAsync(context, "anthropic", "messages"));
        application.MapGet("/v1/models", context => provider.TakeAsync(context, context.Request.Headers.ContainsKey("anthropic-version") ? "anthropic" : "openai", "models"));
        application.MapGet("/simulator/counts", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(counts.ToJson().ToJsonString(), context.RequestAborted);
        });
        application.MapPost("/simulator/reset", context =>
        {
            provider.Reset();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        await application.StartAsync(cancellation);
        return new SimulatorServer(application, counts);
    }

    private static Task TakeBedrockAsync(SimulatedProvider provider, HttpContext context, string operation)
    {
        context.Response.Headers["x-amzn-RequestId"] = context.TraceIdentifier.Replace(':', '-');
        return provider.TakeAsync(context, "bedrock", operation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
