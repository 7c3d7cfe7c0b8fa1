using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Serving.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farthing.Serving;

/// <summary>The gateway's paths: its own under <c>/v1</c>, and the same under the prefixes that SDKs are pointed at.</summary>
internal static class GatewayRoutes
{
    private static readonly (string Prefix, string? Provider)[] Prefixes =
    [
        ("/v1", null),
        ("/openai/v1", "openai"),
        ("/openai", "openai"),
        ("/anthropic/v1", "anthropic"),
        ("/anthropic", "anthropic"),
        ("/langchain/v1", null),
        ("/langchain", null),
    ];

    /// <summary>Maps all paths.</summary>
    public static void Map(IEndpointRouteBuilder routes, LiveGateway live)
    {
        foreach (var (prefix, provider) in Prefixes)
        {
            foreach (WireShape shape in Enum.GetValues<WireShape>())
            {
                string path = $"{prefix}/{shape.Path()}";
                routes.MapPost(path, context => live.CallAsync(context, path, (shape, provider), static (served, context, state) =>
                    served.Calls.HandleAsync(context, state.shape, RouteOf(served, state.provider))));
                OtherMethods.Map(routes, path, HttpMethods.Post, shape);
            }

            routes.MapGet($"{prefix}/models", context => live.RunAsync(context, provider, static (served, context, provider) => served.Models.ListAsync(context, RouteOf(served, provider))));
            routes.MapGet($"{prefix}/models/{{**id}}", context => live.RunAsync(context, provider, static (served, context, provider) => served.Models.OneAsync(context, RouteOf(served, provider))));
            OtherMethods.Map(routes, $"{prefix}/models", HttpMethods.Get);
            OtherMethods.Map(routes, $"{prefix}/models/{{**id}}", HttpMethods.Get);
        }

        routes.MapGet("/health", ServingHealth.HealthAsync);
        routes.MapGet("/ready", context => live.RunAsync(context, 0, static (served, context, _) => served.Health.ReadyAsync(context)));
        OtherMethods.Map(routes, "/health", HttpMethods.Get);
        OtherMethods.Map(routes, "/ready", HttpMethods.Get);

        // Without its pattern it would pass over what looks like a file.
        routes.MapFallback("{**path}", NotFoundAsync);
    }

    /// <summary>A prefix means its provider where the configuration has one of that name.</summary>
    private static string? RouteOf(ServedConfiguration served, string? provider) => provider is not null && served.Gateway.Links.ContainsKey(provider) ? provider : null;

    /// <summary>The shape of errors where no endpoint has one.</summary>
    internal static WireShape ShapeOf(HttpContext context) =>
        ModelsEndpoint.IsAnthropic(context) || context.Request.Path.StartsWithSegments("/anthropic", StringComparison.Ordinal) ? WireShape.Messages : WireShape.Chat;

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/json";
        var error = new GatewayError(404, "no_such_path", "The gateway has no such path: it has chat/completions, messages, responses, embeddings and models under /v1, /openai, /anthropic and /langchain.");
        return context.Response.Body.WriteAsync(error.Body(ShapeOf(context))).AsTask();
    }
}
