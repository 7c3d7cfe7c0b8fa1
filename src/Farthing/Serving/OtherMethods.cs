using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Farthing.Serving;

/// <summary>Answers the methods that a path of the gateway does not take: 405 with the one that it takes in <c>allow</c>.</summary>
internal static class OtherMethods
{
    /// <summary>Maps them behind the path's own.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="path">The path.</param>
    /// <param name="taken">The method that it takes.</param>
    /// <param name="shape">The shape of its errors; null where the request tells.</param>
    public static void Map(IEndpointRouteBuilder routes, string path, string taken, WireShape? shape = null) =>
        routes.Map(path, context => RefuseAsync(context, taken, shape ?? GatewayRoutes.ShapeOf(context))).WithOrder(1);

    private static Task RefuseAsync(HttpContext context, string taken, WireShape shape)
    {
        var error = new GatewayError(405, "method_not_allowed", $"This path takes {taken} alone.");
        context.Response.StatusCode = error.Status;
        context.Response.Headers.Allow = taken;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(error.Body(shape)).AsTask();
    }
}
