using System.Text.Json;

namespace Farthing.Simulation.Answers;

/// <summary>What a request asks for, read from either protocol.</summary>
internal sealed class SimulatedCall
{
    private readonly JsonElement _body;

    /// <summary>Reads a body that is a JSON object.</summary>
    public SimulatedCall(JsonElement body, bool isAnthropic) => (_body, IsAnthropic) = (body, isAnthropic);

    /// <summary>The protocol.</summary>
    public bool IsAnthropic { get; }

    /// <summary>The model's name; empty where there is none.</summary>
    public string Model => Text("model") ?? "";

    /// <summary>Whether a stream is asked for.</summary>
    public bool IsStream => Get("stream").ValueKind == JsonValueKind.True;

    /// <summary>Whether the usage of a stream is asked for; Anthropic always sends it.</summary>
    public bool IncludeUsage => IsAnthropic || Get(Get("stream_options"), "include_usage").ValueKind == JsonValueKind.True;

    /// <summary>The most tokens of the answer.</summary>
    public int MaxTokens => Whole("max_completion_tokens") ?? Whole("max_tokens") ?? int.MaxValue;

    /// <summary>How many answers.</summary>
    public int Choices => IsAnthropic ? 1 : Math.Clamp(Whole("n") ?? 1, 1, 16);

    /// <summary>The tokens of all that is read.</summary>
    public int InputTokens => TextTokens.Of(Get("system"), Get("messages"), Get("tools"), Get("input"));

    /// <summary>A field of the body.</summary>
    public JsonElement this[string name] => Get(name);

    /// <summary>The messages; empty where there are none.</summary>
    public IReadOnlyList<JsonElement> Messages => Get("messages") is { ValueKind: JsonValueKind.Array } all ? [.. all.EnumerateArray()] : [];

    /// <summary>The schema that the answer must have; null for a text.</summary>
    public JsonElement? Schema => IsAnthropic
        ? Known(Get(Get(Get("output_config"), "format"), "schema"))
        : Get(Get("response_format"), "type") is { ValueKind: JsonValueKind.String } type && type.GetString() != "text"
            ? Known(Get(Get(Get("response_format"), "json_schema"), "schema")) ?? Get("response_format")
            : null;

    /// <summary>
    /// The tool that is called: the one that must be, else the first where one must be or where the user, and no tool, spoke last.
    /// </summary>
    /// <returns>Its name and schema; null for no call.</returns>
    public (string Name, JsonElement Schema)? Tool()
    {
        if (Get("tools") is not { ValueKind: JsonValueKind.Array } tools || tools.GetArrayLength() == 0)
        {
            return null;
        }

        JsonElement choice = Get("tool_choice");
        string mode = choice.ValueKind == JsonValueKind.String ? choice.GetString()! : Get(choice, "type") is { ValueKind: JsonValueKind.String } kind ? kind.GetString()! : "auto";
        string? wanted = mode is "function" or "tool" ? Get(mode == "tool" ? choice : Get(choice, "function"), "name").GetString() : null;
        if (mode == "none" || (mode == "auto" && HasResult()))
        {
            return null;
        }

        foreach (JsonElement tool in tools.EnumerateArray())
        {
            JsonElement function = IsAnthropic ? tool : Get(tool, "function");
            string name = Get(function, "name") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
            if (wanted is null || wanted == name)
            {
                return (name, Get(function, IsAnthropic ? "input_schema" : "parameters"));
            }
        }

        return null;
    }

    private bool HasResult()
    {
        JsonElement last = Messages.Count > 0 ? Messages[^1] : default;
        return Get(last, "role") is { ValueKind: JsonValueKind.String } role && (role.GetString() == "tool"
            || (Get(last, "content") is { ValueKind: JsonValueKind.Array } parts
                && parts.EnumerateArray().Any(static part => Get(part, "type") is { ValueKind: JsonValueKind.String } type && type.GetString() == "tool_result")));
    }

    private string? Text(string name) => Get(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private int? Whole(string name) => Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) ? value : null;

    private JsonElement Get(string name) => Get(_body, name);

    private static JsonElement Get(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) ? value : default;

    private static JsonElement? Known(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? null : value;
}
