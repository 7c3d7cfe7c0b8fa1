using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Errors;
using Farthing.Simulation.Answers;
using Farthing.Simulation.Scenarios;
using Microsoft.AspNetCore.Http;

namespace Farthing.Simulation.Serving;

/// <summary>Sends one call its answer, as its rule says, and counts before the last byte leaves, so that a client who has it all can compare.</summary>
internal sealed class CallResponse(HttpContext context, CallFacts call, RuleAction action, ScenarioClock clock, SimulatorCounts counts)
{
    private CancellationToken Gone => context.RequestAborted;

    /// <summary>An error in the protocol's own form.</summary>
    public async Task ErrorAsync(int status, string message, string outcome, TimeSpan? retryAfter = null)
    {
        byte[] body = call.Provider switch
        {
            "anthropic" => ErrorToAnthropic.Of(status, message).Body,
            "bedrock" => Encoding.UTF8.GetBytes(new JsonObject { ["message"] = message }.ToJsonString()),
            _ => ErrorToOpenAi.Of(status, message).Body,
        };
        if (call.Provider == "bedrock")
        {
            context.Response.Headers["x-amzn-ErrorType"] = AwsError(status) + ":http://internal.amazon.com/coral/com.amazon.bedrock/";
        }

        if (retryAfter is { } wait)
        {
            TimeSpan real = clock.Real(wait);
            context.Response.Headers.RetryAfter = Math.Ceiling(real.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["retry-after-ms"] = Math.Ceiling(real.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        counts.Outcome(call, outcome);
        await context.Response.Body.WriteAsync(body, Gone);
    }

    private static string AwsError(int status) => status switch
    {
        401 or 403 => "UnrecognizedClientException",
        404 => "ResourceNotFoundException",
        408 => "ModelTimeoutException",
        424 => "ModelErrorException",
        429 => "ThrottlingException",
        503 => "ServiceUnavailableException",
        >= 500 => "InternalServerException",
        _ => "ValidationException",
    };

    /// <summary>A body in one piece; also what has no tokens.</summary>
    public async Task WholeAsync(string body, TokenUsage billed, TokenUsage? reported)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;

        // The provider has done the work, whether the answer arrives or not.
        counts.Bill(call, billed);
        if (action.Kind == ActionKind.Cut)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, Math.Min(action.After, bytes.Length - 1)), Gone);
            await context.Response.Body.FlushAsync(Gone);
            counts.Outcome(call, action.Outcome);
            throw new CutException();
        }

        if (action.Kind == ActionKind.Malformed)
        {
            bytes[^1] = (byte)'<';
        }
        else if (action.Kind == ActionKind.Slow)
        {
            await SlowlyAsync(bytes.AsMemory(0, bytes.Length - 1));
            bytes = bytes[^1..];
        }

        if (reported is { } usage && action.Kind != ActionKind.Malformed)
        {
            counts.Report(call, usage);
        }

        counts.Outcome(call, action.Outcome);
        await context.Response.Body.WriteAsync(bytes, Gone);
    }

    /// <summary>A stream of events.</summary>
    public async Task StreamAsync(IAnswerForm form, SimulatedAnswer answer, int choices, TokenUsage? reported, bool isReported, (int Tokens, LatencyLaw Gap, Random Random) pace)
    {
        context.Response.ContentType = form.StreamType;
        TokenUsage input = answer.Usage with { Output = 0, Reasoning = 0 };
        counts.Bill(call, input);
        if (form.TellsInputFirst && reported is { } start)
        {
            counts.Report(call, start with { Output = 0, Reasoning = 0 });
        }

        await SendAsync(form.Opening());
        long sent = 0;
        int pieces = 0;
        StringBuilder text = new();
        foreach (string piece in answer.Pieces(pace.Tokens))
        {
            if (pieces++ == action.After && action.Kind is ActionKind.Cut or ActionKind.Malformed)
            {
                break;
            }

            if (pieces > 1)
            {
                await clock.WaitAsync(pace.Gap.Draw(pace.Random), Gone);
            }

            // What is written so far is billed as it leaves; thinking is billed with the end.
            text.Append(piece);
            long written = Math.Min((long)TextTokens.Of(text.ToString()) * choices, answer.Usage.Output);
            counts.Bill(call, new TokenUsage(0, 0, 0, written - sent, 0));
            sent = written;
            await SendAsync(form.Piece(piece));
        }

        if (action.Kind == ActionKind.Cut)
        {
            counts.Outcome(call, action.Outcome);
            throw new CutException();
        }

        if (action.Kind == ActionKind.Malformed)
        {
            counts.Outcome(call, action.Outcome);
            await SendAsync(form.Malformed());
            return;
        }

        counts.Bill(call, new TokenUsage(0, 0, 0, answer.Usage.Output - sent, answer.Usage.Reasoning));
        if (isReported && reported is { } usage)
        {
            counts.Report(call, form.TellsInputFirst ? new TokenUsage(0, 0, 0, usage.Output, usage.Reasoning) : usage);
        }

        counts.Outcome(call, action.Outcome);
        await SendAsync(form.Closing());
    }

    /// <summary>Resets the connection before an answer.</summary>
    public void Drop()
    {
        counts.Outcome(call, action.Outcome);
        context.Abort();
    }

    private async Task SendAsync(byte[] bytes)
    {
        if (action.Kind == ActionKind.Slow)
        {
            await SlowlyAsync(bytes);
            return;
        }

        await context.Response.Body.WriteAsync(bytes, Gone);
        await context.Response.Body.FlushAsync(Gone);
    }

    private async Task SlowlyAsync(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += action.SlowBytes)
        {
            await clock.WaitAsync(action.SlowEvery, Gone);
            await context.Response.Body.WriteAsync(bytes[at..Math.Min(at + action.SlowBytes, bytes.Length)], Gone);
            await context.Response.Body.FlushAsync(Gone);
        }
    }
}
