using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// What Gemini signs a call of a tool with and wants back in the next turn: from Gemini 3 on it refuses a call without. A client of another
/// shape has no place for it, so it travels as sealed thinking in front of its call.
/// </summary>
/// <remarks>https://ai.google.dev/gemini-api/docs/thought-signatures</remarks>
internal static class CallSignature
{
    /// <summary>Google's own word for a call whose signature is not there, such as another model's or one that the client lost.</summary>
    public const string Unknown = "skip_thought_signature_validator";

    private const string Kind = "call_signature";

    /// <summary>The signature of a call in a chat's answer; null for none.</summary>
    public static string? Of(JsonElement call) => call.Field("extra_content").Field("google").TextField("thought_signature") is { Length: > 0 } found ? found : null;

    /// <summary>As a client of another shape is given it.</summary>
    public static string Seal(string signature) => SealedThinking.Seal(JsonForms.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", Kind);
        json.WriteString("signature", signature);
        json.WriteEndObject();
        json.WriteEndArray();
    }));

    /// <summary>The signature in a block of sealed thinking; null where it is a thought.</summary>
    public static string? In(JsonElement block) => block.TextField("type") == Kind ? block.TextField("signature") : null;

    /// <summary>Writes a call's signature, for the provider that made it.</summary>
    public static void Write(Utf8JsonWriter json, string signature)
    {
        json.WriteStartObject("extra_content");
        json.WriteStartObject("google");
        json.WriteString("thought_signature", signature);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
