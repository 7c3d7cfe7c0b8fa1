using System.Text;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>
/// What a stream cost, which is known only at its end: a comment after its last event, for clients that ask for it. Kestrel sends no trailers
/// over HTTP/1.1, and an event of the gateway's own could disturb an SDK; comments are skipped by every reader of event streams.
/// </summary>
internal static class StreamCost
{
    private const string Asking = "x-farthing-stream-cost";

    /// <summary>Whether a client asks for it.</summary>
    public static bool IsAsked(HttpRequest request) => request.Headers[Asking] == "true";

    /// <summary>Adds it, where the client is still there.</summary>
    public static async Task TellAsync(HttpContext context, string cost)
    {
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes($": x-farthing-cost-usd {cost}\n\n"), context.RequestAborted);
        }
    }
}
