using System.Diagnostics;
using Farthing.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Telemetry;

/// <summary>The span of a client's call, under the client's own trace where it sends <c>traceparent</c>.</summary>
internal static class CallSpan
{
    /// <summary>Starts it; null where nobody listens or it is not sampled.</summary>
    public static Activity? Start(HttpRequest request, string route)
    {
        if (!AttemptTelemetry.Spans.HasListeners())
        {
            return null;
        }

        // The web server's own activity is recorded by nobody, and a sampler would follow it.
        Activity.Current = null;
        _ = ActivityContext.TryParse(request.Headers["traceparent"], request.Headers["tracestate"], isRemote: true, out ActivityContext parent);
        Activity? span = AttemptTelemetry.Spans.StartActivity($"POST {route}", ActivityKind.Server, parent);
        span?.SetTag("http.request.method", "POST");
        span?.SetTag("http.route", route);
        return span;
    }

    /// <summary>Ends it.</summary>
    public static void End(Activity? span, HttpResponse response, int status)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("http.response.status_code", status);
        span.SetTag("farthing.request_id", response.Headers["x-farthing-request-id"].ToString());
        if (status >= 500)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
