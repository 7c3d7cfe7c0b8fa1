using System.Net;
using System.Text;
using System.Text.Json;

namespace Farthing.Drills.Outage;

/// <summary>One call as its client saw it.</summary>
/// <param name="Due">When it was due, since the run's start.</param>
/// <param name="Took">From when it was due to its last byte.</param>
/// <param name="Fault">Why there is no caption; null where there is one.</param>
internal sealed record CallSeen(TimeSpan Due, TimeSpan Took, string? Fault)
{
    /// <summary>The gateway's id of the request; empty where no answer came.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The prompt's and the caption's tokens, as the client was told.</summary>
    public (long Prompt, long Completion) Tokens { get; init; }

    /// <summary>How often the connection broke before the answer was whole.</summary>
    public int Broken { get; init; }
}

/// <summary>Asks for one caption, as an OpenAI client does; every fourth as a stream.</summary>
internal sealed class CaptionCall(HttpClient http, Func<Uri> gateway)
{
    /// <summary>The tag of the calls that are counted.</summary>
    public const string Tag = "drill";

    private const int StreamEvery = 4;
    private const int WarmUps = 24;

    /// <summary>Makes some calls of both providers that are not counted, of models that have no outage: the first ones of a process compile.</summary>
    public Task WarmUpAsync(CancellationToken cancellation) => Parallel.ForAsync(
        0, WarmUps, cancellation, async (i, stop) => await MakeAsync(i, i % 3 == 0 ? "anthropic/claude-haiku-4-5" : "openai/gpt-4.1-nano", "warm-up", stop));

    /// <summary>Makes a call that is counted, once.</summary>
    /// <exception cref="HttpRequestException">The gateway is not there, or the connection broke.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public Task<(string? Fault, string RequestId, (long Prompt, long Completion) Tokens)> MakeAsync(int number, CancellationToken cancellation) =>
        MakeAsync(number, "gpt-4o-mini", Tag, cancellation);

    private async Task<(string? Fault, string RequestId, (long Prompt, long Completion) Tokens)> MakeAsync(int number, string model, string tag, CancellationToken cancellation)
    {
        bool streams = number % StreamEvery == 0;
        string more = streams ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "";
        string body = $$"""{"model":"{{model}}","messages":[{"role":"system","content":"You write captions of product pictures, one sentence each."},{"role":"user","content":"Product {{number}}: a red ceramic mug on an oak table, soft light."}],"max_tokens":64{{more}}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway(), "/v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("x-farthing-tags", tag);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        string text = await response.Content.ReadAsStringAsync(cancellation);
        string id = response.Headers.TryGetValues("x-farthing-request-id", out var values) ? values.First() : "";
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return ($"{(int)response.StatusCode} {text}", id, default);
        }

        var (caption, tokens) = streams ? Streamed(text) : Whole(text);
        return (caption.Length == 0 ? "no caption: " + text : tokens is null ? "no usage: " + text : null, id, tokens ?? default);
    }

    private static (string Caption, (long, long)? Tokens) Whole(string text)
    {
        using var json = JsonDocument.Parse(text);
        return (json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString() ?? "", Usage(json.RootElement));
    }

    /// <summary>A stream counts only with its end.</summary>
    private static (string Caption, (long, long)? Tokens) Streamed(string text)
    {
        var caption = new StringBuilder();
        (long, long)? tokens = null;
        string[] events = [.. text.Split('\n').Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(static line => line[6..])];
        if (events is not [.. var chunks, "[DONE]"])
        {
            return ("", null);
        }

        foreach (string chunk in chunks)
        {
            using var json = JsonDocument.Parse(chunk);
            tokens = Usage(json.RootElement) ?? tokens;
            foreach (JsonElement choice in json.RootElement.GetProperty("choices").EnumerateArray())
            {
                caption.Append(choice.GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() : "");
            }
        }

        return (caption.ToString(), tokens);
    }

    private static (long, long)? Usage(JsonElement answer) => answer.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object
        ? (usage.GetProperty("prompt_tokens").GetInt64(), usage.GetProperty("completion_tokens").GetInt64())
        : null;
}
