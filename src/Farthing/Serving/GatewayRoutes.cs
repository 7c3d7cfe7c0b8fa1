using Farthing.Gateway;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
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
    public static void Map(IEndpointRouteBuilder routes, LlmGateway gateway, CallEndpoint calls)
    {
        var models = new ModelsEndpoint(gateway);
        foreach (var (prefix, provider) in Prefixes)
        {
            string? route = provider is not null && gateway.Links.ContainsKey(provider) ? provider : null;
            foreach (WireShape shape in Enum.GetValues<WireShape>())
            {
                routes.MapPost($"{prefix}/{shape.Path()}", context => calls.HandleAsync(context, shape, route));
            }

            routes.MapGet($"{prefix}/models", models.ListAsync);
            routes.MapGet($"{prefix}/models/{{**id}}", models.OneAsync);
        }

        routes.MapGet("/health", ServingHealth.HealthAsync);
        routes.MapGet("/ready", new ServingHealth(gateway).ReadyAsync);
        routes.MapFallback(NotFoundAsync);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        bool anthropic = ModelsEndpoint.IsAnthropic(context) || context.Request.Path.StartsWithSegments("/anthropic", StringComparison.Ordinal);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/json";
        var error = new GatewayError(404, "no_such_path", "The gateway has no such path: it has chat/completions, messages, responses, embeddings and models under /v1, /openai, /anthropic and /langchain.");
        return context.Response.Body.WriteAsync(error.Body(anthropic ? WireShape.Messages : WireShape.Chat)).AsTask();
    }
}
