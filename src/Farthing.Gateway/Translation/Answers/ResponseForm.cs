using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>Writes the <c>response</c> object of one answer.</summary>
/// <param name="context">What came with the translated request.</param>
internal sealed class ResponseForm(AnswerContext context)
{
    private readonly ResponseEcho _echo = context.Response ?? ResponseEcho.None;
    private string _model = "";

    /// <summary>The answer's own part of ids.</summary>
    public string OwnPart { get; private set; } = AnswerWords.OwnPart(null);

    /// <summary>Whether thinking is told.</summary>
    public bool TellsThinking => _echo.WantsSummary || _echo.WantsSealed;

    /// <summary>Whether the thinking's text is told.</summary>
    public bool WantsSummary => _echo.WantsSummary;

    /// <summary>Whether the thinking is told in a form that the client sends back.</summary>
    public bool WantsSealed => _echo.WantsSealed;

    /// <summary>Takes a completion, or a chunk of one.</summary>
    public void Begin(JsonElement completion) =>
        (OwnPart, _model) = (AnswerWords.OwnPart(completion.TextField("id")), completion.TextField("model") ?? "");

    /// <summary>A chat's reason for its end in the words of Responses.</summary>
    /// <returns>The status; and where it is incomplete, why.</returns>
    public static (string Status, string? Reason) Ending(string? finish) => finish switch
    {
        "length" or "model_length" => ("incomplete", "max_output_tokens"),
        "content_filter" => ("incomplete", "content_filter"),
        _ => ("completed", null),
    };

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter json, string status, string? reason, IReadOnlyList<ResponseItem> items, TokenUsage? usage, ResponseFailure? error = null)
    {
        json.WriteStartObject();
        json.WriteString("id", "resp_" + OwnPart);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", context.Created.ToUnixTimeSeconds());
        json.WriteString("status", status);
        json.WritePropertyName("error");
        if (error is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }

        json.WritePropertyName("incomplete_details");
        if (reason is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteString("model", _model);
        json.WriteStartArray("output");
        foreach (ResponseItem item in items)
        {
            // Only what the limit cut is not whole: the last item.
            item.Write(json, status == "completed" || item != items[^1] ? "completed" : "incomplete");
        }

        json.WriteEndArray();
        json.WritePropertyName("usage");
        if (usage is { } tokens)
        {
            UsageJson.WriteResponses(json, tokens);
        }
        else
        {
            json.WriteNullValue();
        }

        foreach (JsonProperty field in _echo.Fields.ValueKind == JsonValueKind.Object ? _echo.Fields.EnumerateObject() : default)
        {
            json.Copy(field.Name, field.Value);
        }

        json.WriteEndObject();
    }
}
