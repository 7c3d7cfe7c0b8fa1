using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>A part of an item: text, a refusal, or the summary of a thought.</summary>
/// <param name="type"><c>output_text</c>, <c>refusal</c> or <c>summary_text</c>.</param>
internal sealed class ResponsePart(string type)
{
    /// <summary>Its type.</summary>
    public string Type => type;

    /// <summary>Its text so far.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>The probabilities of its tokens, each an object in UTF-8 JSON.</summary>
    public List<byte[]> Probabilities { get; } = [];

    /// <summary>Takes probabilities as a chat's choice has them; Responses have the same objects.</summary>
    public void Take(JsonElement logprobs)
    {
        foreach (JsonElement token in logprobs.Field("content").Items())
        {
            Probabilities.Add(JsonForms.Write(token.WriteTo));
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(Utf8JsonWriter json) => Write(json, Text.ToString(), Probabilities);

    /// <summary>Writes it as it begins.</summary>
    public void WriteEmpty(Utf8JsonWriter json) => Write(json, "", []);

    /// <summary>Writes a list of probabilities.</summary>
    public static void WriteProbabilities(Utf8JsonWriter json, IEnumerable<byte[]> tokens)
    {
        json.WriteStartArray("logprobs");
        foreach (byte[] token in tokens)
        {
            json.WriteRawValue(token);
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, string text, List<byte[]> probabilities)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString(type == "refusal" ? "refusal" : "text", text);
        if (type == "output_text")
        {
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            WriteProbabilities(json, probabilities);
        }

        json.WriteEndObject();
    }
}
