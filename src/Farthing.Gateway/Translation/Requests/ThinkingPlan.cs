using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// How far an Anthropic model thinks for an OpenAI client. It is left out where Anthropic would refuse it: while a tool is forced, within
/// 1,024 tokens, and in the middle of a tool's turn whose earlier thinking the client did not keep.
/// </summary>
internal sealed class ThinkingPlan
{
    private const long LeastBudget = 1_024;
    private readonly RequestNode? _given;
    private readonly string? _effort;
    private readonly long _budget;

    /// <summary>The most that a limit is raised to where the client gave none.</summary>
    public const long MostTokens = 36_864;

    private ThinkingPlan(long maxTokens, RequestNode? given, string? effort, long budget) =>
        (MaxTokens, _given, _effort, _budget) = (maxTokens, given, effort, budget);

    /// <summary>The limit of output, thinking included, as OpenAI counts it too.</summary>
    public long MaxTokens { get; }

    /// <summary>Whether it thinks.</summary>
    public bool IsOn => _given?.Text("type") is { } type ? type != "disabled" : _effort is not null || _budget > 0;

    /// <summary>Whether the client asked for an effort that the model is not told.</summary>
    public bool LeavesEffortOut { get; private init; }

    /// <summary>Reads a request.</summary>
    public static ThinkingPlan Of(RequestNode request, TranslationOptions options)
    {
        RequestNode? limit = request["max_completion_tokens"] ?? request["max_tokens"];
        long most = limit?.Whole(1) ?? options.DefaultMaxTokens;
        string? effort = Effort(request["reasoning_effort"]);
        if (request["thinking"] is { } given)
        {
            return new ThinkingPlan(most, given.Object(), null, 0) { LeavesEffortOut = effort is not null };
        }

        if (effort is null || options.Reasoning == ReasoningForm.None || IsForced(request["tool_choice"]) || IsUnsigned(request["messages"]))
        {
            return new ThinkingPlan(most, null, null, 0) { LeavesEffortOut = effort is not null };
        }

        if (options.Reasoning == ReasoningForm.Effort)
        {
            return new ThinkingPlan(most, null, effort, 0);
        }

        // Without a limit of the client's own there is room for the whole budget and an answer.
        long budget = Budget(effort);
        most = limit is null ? Math.Max(most, budget + options.DefaultMaxTokens) : most;
        return new ThinkingPlan(most, null, null, most > LeastBudget ? Math.Min(budget, most - 1) : 0) { LeavesEffortOut = most <= LeastBudget };
    }

    /// <summary>Writes <c>thinking</c> and <c>output_config</c>.</summary>
    /// <param name="json">The request.</param>
    /// <param name="schema">The schema of native JSON; null for none.</param>
    public void Write(Utf8JsonWriter json, JsonElement? schema)
    {
        if (_given is { } given)
        {
            json.Copy("thinking", given.Element);
        }
        else if (IsOn)
        {
            json.WriteStartObject("thinking");
            json.WriteString("type", _effort is null ? "enabled" : "adaptive");
            if (_effort is null)
            {
                json.WriteNumber("budget_tokens", _budget);
            }

            json.WriteEndObject();
        }

        if (_effort is null && schema is null)
        {
            return;
        }

        json.WriteStartObject("output_config");
        if (_effort is not null)
        {
            json.WriteString("effort", _effort);
        }

        if (schema is { } format)
        {
            json.WriteStartObject("format");
            json.WriteString("type", "json_schema");
            json.Copy("schema", format);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string? Effort(RequestNode? effort) => effort?.Text() switch
    {
        null or "none" => null,
        "minimal" or "low" => "low",
        "medium" => "medium",
        "high" => "high",
        "xhigh" or "max" => "max",
        _ => throw effort.Refusal("must be one of none, minimal, low, medium, high, xhigh and max."),
    };

    private static long Budget(string effort) => effort switch
    {
        "low" => LeastBudget,
        "medium" => 4_096,
        "high" => 16_384,
        _ => 32_768,
    };

    private static bool IsForced(RequestNode? choice) =>
        choice is not null && (choice.IsText ? choice.Text() == "required" : choice.Text("type") != "allowed_tools" || choice["allowed_tools"]?.Text("mode") == "required");

    /// <summary>Whether the last turn of the model called tools and its thinking is not there.</summary>
    private static bool IsUnsigned(RequestNode? messages)
    {
        JsonElement last = messages is { IsList: true }
            ? messages.Element.EnumerateArray().LastOrDefault(static message => message.TextField("role") is "assistant" or "user")
            : default;
        return last.TextField("role") == "assistant"
            && last.Field("tool_calls").Items().Any()
            && last.Field("thinking_blocks").Items().All(SealedReasoning.IsSealed);
    }
}
