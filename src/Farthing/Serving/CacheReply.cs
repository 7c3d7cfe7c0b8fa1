using Farthing.Gateway.Caching;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>Answers with what is kept. Nothing was bought, so it costs 0.</summary>
internal static class CacheReply
{
    /// <summary>Writes an answer, or plays a stream's events.</summary>
    public static async Task WriteAsync(HttpContext context, CachedAnswer answer)
    {
        HttpResponse response = context.Response;
        response.Headers["x-farthing-provider"] = CallEndpoint.Printable(answer.Origin.Provider);
        response.Headers["x-farthing-model"] = CallEndpoint.Printable(answer.Origin.Model);
        response.Headers["x-farthing-cost-usd"] = "0";
        if (answer.Origin.Streamed)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers["x-accel-buffering"] = "no";
        }
        else
        {
            response.ContentType = "application/json";
            response.ContentLength = answer.Body.Length;
        }

        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
