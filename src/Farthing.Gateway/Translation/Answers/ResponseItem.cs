using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>What an item of a response is.</summary>
internal enum ResponseItemKind
{
    /// <summary>What the model says.</summary>
    Message,

    /// <summary>A call of a tool.</summary>
    Call,

    /// <summary>What it thought.</summary>
    Reasoning,
}

/// <summary>One item of a response's <c>output</c>, as far as it is there.</summary>
/// <param name="kind">What it is.</param>
/// <param name="answer">The answer's own part of the id.</param>
/// <param name="index">Its place in the output.</param>
internal sealed class ResponseItem(ResponseItemKind kind, string answer, int index)
{
    /// <summary>What it is.</summary>
    public ResponseItemKind Kind => kind;

    /// <summary>Its place in the output.</summary>
    public int Index => index;

    /// <summary>Its id; OpenAI's check of ids that are sent back is their beginning.</summary>
    public string Id { get; } = string.Create(CultureInfo.InvariantCulture, $"{Prefix(kind)}_{answer}_{index}");

    /// <summary>A message's parts, or the one summary of a thought.</summary>
    public List<ResponsePart> Parts { get; } = [];

    /// <summary>The call's id, which its result is sent back with.</summary>
    public string CallId { get; init; } = "";

    /// <summary>The called tool.</summary>
    public string Name { get; init; } = "";

    /// <summary>The call's arguments, JSON as a text.</summary>
    public StringBuilder Arguments { get; } = new();

    /// <summary>The thought as the client sends it back; null where there is none.</summary>
    public string? Sealed { get; set; }

    /// <summary>The arguments; a call without any has an empty object, since clients parse them.</summary>
    public string WholeArguments => Arguments.ToString() is { } said && !string.IsNullOrWhiteSpace(said) ? said : "{}";

    /// <summary>Writes it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="status"><c>in_progress</c>, with nothing in it yet, <c>completed</c> or <c>incomplete</c>.</param>
    public void Write(Utf8JsonWriter json, string status)
    {
        bool isOpen = status == "in_progress";
        json.WriteStartObject();
        json.WriteString("id", Id);
        switch (kind)
        {
            case ResponseItemKind.Message:
                json.WriteString("type", "message");
                json.WriteString("status", status);
                json.WriteString("role", "assistant");
                json.WriteStartArray("content");
                (isOpen ? [] : Parts).ForEach(part => part.Write(json));
                json.WriteEndArray();
                break;
            case ResponseItemKind.Call:
                json.WriteString("type", "function_call");
                json.WriteString("status", status);
                json.WriteString("call_id", CallId);
                json.WriteString("name", Name);
                json.WriteString("arguments", isOpen ? "" : WholeArguments);
                break;
            default:
                json.WriteString("type", "reasoning");
                json.WriteStartArray("summary");
                (isOpen ? [] : Parts).ForEach(part => part.Write(json));
                json.WriteEndArray();
                if (Sealed is not null && !isOpen)
                {
                    json.WriteString("encrypted_content", Sealed);
                }

                break;
        }

        json.WriteEndObject();
    }

    private static string Prefix(ResponseItemKind kind) => kind switch
    {
        ResponseItemKind.Message => "msg",
        ResponseItemKind.Call => "fc",
        _ => "rs",
    };
}
