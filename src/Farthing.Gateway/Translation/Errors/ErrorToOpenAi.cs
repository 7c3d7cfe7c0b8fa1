using System.Text.Json;

namespace Farthing.Gateway.Translation.Errors;

/// <summary>
/// Errors in OpenAI's form, <c>{"error":{"message","type","param","code"}}</c>. Its SDKs choose the exception by the status, and
/// clients look at the code for what can be mended.
/// </summary>
public static class ErrorToOpenAi
{
    /// <summary>Translates an error of Anthropic.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="body">Its body; anything at all.</param>
    public static TranslatedError Translate(int status, ReadOnlyMemory<byte> body)
    {
        ErrorFacts facts = ErrorFacts.Read(status, body);
        (int translated, string type, string? code) = (status, facts.Type) switch
        {
            (402, _) or (_, "billing_error") => (429, "insufficient_quota", "insufficient_quota"),
            (529, _) or (_, "overloaded_error") => (503, "server_error", "overloaded"),
            _ => (status, Type(status), Code(status)),
        };
        if (facts.Message.StartsWith("prompt is too long", StringComparison.Ordinal))
        {
            code = "context_length_exceeded";
        }

        return new TranslatedError(translated, Body(facts.Message, type, facts.Param, code));
    }

    /// <summary>An error of a server that speaks OpenAI's protocol, in the form that OpenAI itself gives errors.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="body">Its body; anything at all.</param>
    public static TranslatedError Keep(int status, ReadOnlyMemory<byte> body)
    {
        ErrorFacts facts = ErrorFacts.Read(status, body);
        return new TranslatedError(status, Body(facts.Message, facts.Type ?? Type(status), facts.Param, facts.Code ?? Code(status)));
    }

    /// <summary>An error of the gateway's own.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">For people.</param>
    /// <param name="field">The field at fault.</param>
    /// <param name="code">A code; null for the usual one of the status.</param>
    public static TranslatedError Of(int status, string message, string? field = null, string? code = null) =>
        new(status, Body(message, Type(status), string.IsNullOrEmpty(field) ? null : field, code ?? Code(status)));

    /// <summary>A request that can't be said in Anthropic's protocol.</summary>
    public static TranslatedError Of(RequestRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Of(400, refusal.Message, refusal.Field, refusal.Field.Length == 0 ? null : "unsupported_value");
    }

    internal static string Type(int status) => status switch
    {
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    internal static void WriteBody(Utf8JsonWriter json, string message, string type, string? param, string? code)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("type", type);
        json.WriteString("param", param);
        json.WriteString("code", code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] Body(string message, string type, string? param, string? code) =>
        JsonForms.Write(json => WriteBody(json, message, type, param, code));

    private static string? Code(int status) => status switch
    {
        401 => "invalid_api_key",
        404 => "model_not_found",
        429 => "rate_limit_exceeded",
        _ => null,
    };
}
