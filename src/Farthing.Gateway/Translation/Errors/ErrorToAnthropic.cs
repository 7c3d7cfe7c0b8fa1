using System.Text.Json;

namespace Farthing.Gateway.Translation.Errors;

/// <summary>
/// Errors in Anthropic's form, <c>{"type":"error","error":{"type","message"}}</c>. Its SDKs choose the exception by the status, and
/// within a stream by the type.
/// </summary>
public static class ErrorToAnthropic
{
    /// <summary>Translates an error of OpenAI.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="body">Its body; anything at all.</param>
    public static TranslatedError Translate(int status, ReadOnlyMemory<byte> body)
    {
        ErrorFacts facts = ErrorFacts.Read(status, body);
        int translated = (status, facts.Code ?? facts.Type) switch
        {
            (429, "insufficient_quota") => 402,
            (503, _) => 529,
            _ => status,
        };

        // Clients that shorten a conversation by themselves look for these words.
        string message = facts.Code == "context_length_exceeded" ? "prompt is too long: " + facts.Message : facts.Message;
        return Of(translated, message);
    }

    /// <summary>An error of the gateway's own.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">For people.</param>
    public static TranslatedError Of(int status, string message) => new(status, JsonForms.Write(json => WriteBody(json, message, Type(status))));

    /// <summary>A request that can't be said in OpenAI's protocol.</summary>
    public static TranslatedError Of(RequestRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Of(400, refusal.Message);
    }

    internal static string Type(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 or 504 => "timeout_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        >= 500 => "api_error",
        _ => "invalid_request_error",
    };

    internal static void WriteBody(Utf8JsonWriter json, string message, string type)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", type);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
