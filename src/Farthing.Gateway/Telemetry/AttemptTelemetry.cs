using System.Diagnostics;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Fallbacks;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Telemetry;

/// <summary>Measures and traces attempts from what they are booked as, so that both say what the ledger says. It never sees a prompt.</summary>
/// <param name="metrics">The instruments.</param>
/// <param name="charges">What attempts cost.</param>
public sealed class AttemptTelemetry(GatewayMetrics metrics, TokenCharges charges)
{
    /// <summary>The source of spans.</summary>
    public static ActivitySource Spans { get; } = new("Farthing.Gateway");

    /// <summary>An attempt has ended.</summary>
    /// <returns>What the classes of its tokens that have a price cost.</returns>
    public Amount Ended(AttemptRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var (cost, isWhole) = charges.Priced(record, record.StartedAt);
        metrics.AttemptEnded(record, cost, isWhole);
        Trace(record);
        return cost;
    }

    /// <summary>A call is made, or has failed; a stream may still be under way.</summary>
    public void CallEnded(GatewayCall call, CallResult result)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (result is { Error: null, Served: { Fault: AttemptFault.None, Record: var record } }
            && (record.Provider != call.Targets[0].Provider || record.Model != call.Targets[0].Model))
        {
            metrics.FellBack(call.Targets[0].Provider, record.Provider);
        }
    }

    // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
    private static void Trace(AttemptRecord record)
    {
        if (!Spans.HasListeners())
        {
            return;
        }

        var operation = GenAiNames.Operation(record.Shape);
        using var span = Spans.CreateActivity($"{operation} {record.Model}", ActivityKind.Client);
        if (span is null)
        {
            return;
        }

        span.SetStartTime(record.StartedAt.UtcDateTime).Start();
        span.SetTag("gen_ai.operation.name", operation);
        span.SetTag("gen_ai.provider.name", GenAiNames.Provider(record.Resource));
        span.SetTag("gen_ai.request.model", record.Model);
        span.SetTag("gen_ai.usage.input_tokens", record.Tokens.Prompt);
        span.SetTag("gen_ai.usage.output_tokens", record.Tokens.Completion);
        span.SetTag("farthing.request_id", record.RequestId);
        span.SetTag("farthing.provider", record.Provider);
        span.SetTag("farthing.key_id", record.KeyId);
        span.SetTag("farthing.attempt", record.Attempt);
        span.SetTag("farthing.outcome", record.End.Code());
        if (record.Status != 0)
        {
            span.SetTag("http.response.status_code", record.Status);
        }

        if (record.Fault.Length > 0)
        {
            span.SetTag("error.type", record.Fault);
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.SetEndTime(record.EndedAt!.Value.UtcDateTime);
    }
}
