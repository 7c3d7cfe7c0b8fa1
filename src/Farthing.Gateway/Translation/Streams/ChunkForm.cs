using System.Text.Json;
using Farthing.Gateway.Translation.Answers;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>Writes <c>chat.completion.chunk</c>s of one answer.</summary>
internal sealed class ChunkForm(AnswerContext context)
{
    private string _id = "";
    private string _model = "";

    /// <summary>Takes what all chunks repeat.</summary>
    public void Begin(JsonElement message) =>
        (_id, _model) = (AnswerWords.CompletionId(message.TextField("id")), message.TextField("model") ?? "");

    /// <summary>A piece of the answer.</summary>
    public void Delta(Utf8JsonWriter json, Action<Utf8JsonWriter> write) => Write(json, write, null);

    /// <summary>A piece of the answer with the probabilities of its tokens.</summary>
    public void Delta(Utf8JsonWriter json, Action<Utf8JsonWriter> write, JsonElement logprobs) => Write(json, write, null, logprobs);

    /// <summary>The last piece.</summary>
    public void Finish(Utf8JsonWriter json, string reason) => Write(json, static _ => { }, reason);

    /// <summary>A call of a tool, or a piece of its arguments.</summary>
    public void Call(Utf8JsonWriter json, int index, string? id, string? name, string arguments) => Delta(json, delta =>
    {
        delta.WriteStartArray("tool_calls");
        delta.WriteStartObject();
        delta.WriteNumber("index", index);
        if (id is not null)
        {
            delta.WriteString("id", id);
            delta.WriteString("type", "function");
        }

        delta.WriteStartObject("function");
        if (name is not null)
        {
            delta.WriteString("name", name);
        }

        delta.WriteString("arguments", arguments);
        delta.WriteEndObject();
        delta.WriteEndObject();
        delta.WriteEndArray();
    });

    /// <summary>The usage, in a chunk without choices.</summary>
    public void Usage(Utf8JsonWriter json, TokenUsage usage)
    {
        Head(json);
        json.WriteStartArray("choices");
        json.WriteEndArray();
        json.WritePropertyName("usage");
        UsageJson.WriteOpenAi(json, usage);
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, Action<Utf8JsonWriter> write, string? reason, JsonElement logprobs = default)
    {
        Head(json);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        write(json);
        json.WriteEndObject();
        json.WritePropertyName("logprobs");
        AnswerWords.WriteProbabilities(json, logprobs.ValueKind == JsonValueKind.Array ? [.. logprobs.Items()] : []);
        json.WriteString("finish_reason", reason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (context.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    private void Head(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", context.Created.ToUnixTimeSeconds());
        json.WriteString("model", _model);
    }
}
