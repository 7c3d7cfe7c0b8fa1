using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Farthing.Gateway.Translation;
using Farthing.Simulation.Answers;
using Farthing.Simulation.Scenarios;
using Microsoft.AspNetCore.Http;

namespace Farthing.Simulation.Serving;

/// <summary>Takes calls. Steps: 1. read, 2. count and find the rule, 3. key, model and request, 4. wait, 5. answer as the rule says.</summary>
internal sealed class SimulatedProvider(Scenario scenario, ScenarioClock clock, SimulatorCounts counts)
{
    private const string NoObject = "The body must be a JSON object with a 'model'.";

    private RuleBook _rules = new(scenario);
    private long _answers;

    /// <summary>Forgets all counts and begins the scenario anew.</summary>
    public void Reset()
    {
        counts.Clear();
        clock.Restart();
        Volatile.Write(ref _rules, new RuleBook(scenario));
    }

    /// <summary>Takes a call.</summary>
    public async Task TakeAsync(HttpContext context, string provider, string operation)
    {
        byte[] bytes = await ReadAsync(context);
        using JsonDocument? body = Parse(bytes, out string? fault);
        var request = new SimulatedCall(Normalised(context, operation, body?.RootElement), provider is "anthropic" or "bedrock");
        string? key = KeyName(context.Request, bytes, provider);
        var call = new CallFacts(provider, operation, request.Model, key ?? "unknown", request.IsStream);
        (ScenarioRule? rule, Random random) = Volatile.Read(ref _rules).Next(call, clock.Elapsed);
        counts.Attempt(call, rule?.Name);
        RuleAction action = rule?.Then ?? new RuleAction();
        var response = new CallResponse(context, call, action, clock, counts);
        try
        {
            await AnswerAsync(context, request, call, action, response, random, key is not null, fault);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            counts.Outcome(call, "cancelled");
        }
    }

    private async Task AnswerAsync(
        HttpContext context, SimulatedCall request, CallFacts call, RuleAction action, CallResponse response, Random random, bool hasKey, string? fault)
    {
        if (!hasKey)
        {
            int status = call.Provider == "bedrock" ? 403 : 401;
            await response.ErrorAsync(status, "Incorrect API key provided.", string.Create(CultureInfo.InvariantCulture, $"status_{status}"));
            return;
        }

        await clock.WaitAsync((action.Latency ?? scenario.Latency).Draw(random), context.RequestAborted);
        switch (action.Kind)
        {
            case ActionKind.Status:
                await response.ErrorAsync(action.Status, action.Message ?? string.Create(CultureInfo.InvariantCulture, $"The simulated provider answers {action.Status}."), action.Outcome, action.RetryAfter);
                return;
            case ActionKind.Hang:
                await (action.HangFor is { } span ? clock.WaitAsync(span, context.RequestAborted) : Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
                response.Drop();
                return;
            case ActionKind.Drop:
                response.Drop();
                return;
        }

        if (call.Operation == "models")
        {
            await response.WholeAsync(Models(call.Provider), default, null);
            return;
        }

        if (fault is not null || call.Model.Length == 0)
        {
            await response.ErrorAsync(400, fault ?? NoObject, "status_400");
            return;
        }

        if (scenario.Models.Count > 0 && !scenario.Models.Contains(call.Model))
        {
            await response.ErrorAsync(404, $"The model '{call.Model}' does not exist.", "status_404");
            return;
        }

        if (call.Operation == "embeddings")
        {
            var read = new TokenUsage(request.InputTokens, 0, 0, 0, 0);
            TokenUsage told = Reported(read, action) ?? default;
            await response.WholeAsync(EmbeddingJson.Write(request, told.Input), read, told);
            return;
        }

        if (request.Messages.Count == 0 || (request.IsAnthropic && request["max_tokens"].ValueKind != JsonValueKind.Number))
        {
            await response.ErrorAsync(400, request.Messages.Count == 0 ? "messages: at least one message is required" : "max_tokens: Field required", "status_400");
            return;
        }

        SimulatedAnswer answer = SimulatedAnswer.Of(request, scenario, Interlocked.Increment(ref _answers), random);
        TokenUsage? reported = Reported(answer.Usage, action);
        IAnswerForm form = AnswerForms.Of(call, request, answer, reported, clock.UnixSeconds);
        await (request.IsStream
            ? response.StreamAsync(form, answer, request.Choices, reported, request.IncludeUsage, (scenario.ChunkTokens, scenario.Gap, random))
            : response.WholeAsync(form.Whole(), answer.Usage, reported));
    }

    private static TokenUsage? Reported(TokenUsage usage, RuleAction action) => action.UsageFactor switch
    {
        null => usage,
        0 => null,
        { } factor => new TokenUsage(
            (long)(usage.Input * factor), (long)(usage.CachedInput * factor), (long)(usage.CacheWrite * factor), (long)(usage.Output * factor), (long)(usage.Reasoning * factor)),
    };

    private static JsonElement Normalised(HttpContext context, string operation, JsonElement? body) => body is not { } read ? default : operation switch
    {
        "responses" => ResponsesBody.AsChat(read),
        "converse" => ConverseBody.AsMessages(
            read, (string)context.Request.RouteValues["model"]!, context.Request.Path.Value!.EndsWith("-stream", StringComparison.Ordinal)),
        _ => read,
    };

    private string? KeyName(HttpRequest request, ReadOnlySpan<byte> body, string provider)
    {
        if (provider == "bedrock" && scenario.Keys.Count > 0)
        {
            return AwsSigned.KeyName(request, body, scenario.Keys);
        }

        string? bearer = request.Headers.Authorization.ToString() is { Length: > 7 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..] : null;
        string? key = provider == "anthropic" && request.Headers["x-api-key"].ToString() is { Length: > 0 } own ? own : bearer;
        return scenario.Keys.Count == 0 ? "any" : key is null ? null : scenario.Keys.FirstOrDefault(pair => pair.Value == key).Key;
    }

    private string Models(string provider)
    {
        if (provider == "bedrock")
        {
            return "{\"asyncInvokeSummaries\":[]}";
        }

        var data = new JsonArray();
        foreach (string model in scenario.Models)
        {
            data.Add((JsonNode)(provider == "anthropic"
                ? new JsonObject { ["type"] = "model", ["id"] = model, ["display_name"] = model, ["created_at"] = "2026-01-01T00:00:00Z" }
                : new JsonObject { ["id"] = model, ["object"] = "model", ["created"] = 1_767_225_600, ["owned_by"] = "simulator" }));
        }

        return (provider == "anthropic"
            ? new JsonObject { ["data"] = data, ["has_more"] = false, ["first_id"] = scenario.Models is [var first, ..] ? first : null, ["last_id"] = scenario.Models is [.., var last] ? last : null }
            : new JsonObject { ["object"] = "list", ["data"] = data }).ToJsonString();
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return bytes.ToArray();
    }

    /// <summary>Reads a body whose texts can all be read, which is found out here once and for all.</summary>
    private static JsonDocument? Parse(byte[] bytes, out string? fault)
    {
        fault = NoObject;
        try
        {
            ReadTexts(bytes);
            JsonDocument body = JsonDocument.Parse(bytes);
            if (body.RootElement.ValueKind == JsonValueKind.Object)
            {
                fault = null;
                return body;
            }

            body.Dispose();
        }
        catch (JsonException)
        {
            // Told by the fault.
        }
        catch (InvalidOperationException)
        {
            fault = "The body has a text that is no UTF-8 or has half a character in it (a lone surrogate).";
        }

        return null;
    }

    /// <exception cref="InvalidOperationException">A text is none.</exception>
    private static void ReadTexts(byte[] bytes)
    {
        bool isValid = Utf8.IsValid(bytes);
        var json = new Utf8JsonReader(bytes);
        while (json.Read())
        {
            if (json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && (!isValid || json.ValueIsEscaped))
            {
                _ = json.GetString();
            }
        }
    }
}
