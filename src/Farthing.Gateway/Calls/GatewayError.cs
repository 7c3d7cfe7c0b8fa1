using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Calls;

/// <summary>An error of the gateway's own, written as the client's shape writes errors, so that SDKs throw their typed exceptions.</summary>
/// <param name="Status">The status.</param>
/// <param name="Code">A short name, such as <c>model_not_found</c>.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Parameter">The field that is wrong; null where it is none.</param>
public sealed record GatewayError(int Status, string Code, string Message, string? Parameter = null)
{
    // Error texts are for people, and the body is never HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When to come again; null where that is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same in whole seconds, at least one, as the header says it.</summary>
    public long? RetryAfterSeconds => RetryAfter is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : null;

    /// <summary>Whether SDKs are to be told that trying again by themselves is in vain.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The body of a response.</summary>
    public byte[] Body(WireShape shape) => shape == WireShape.Messages ? Anthropic() : OpenAi();

    /// <summary>An event that says to a client whose stream has begun that it broke.</summary>
    public byte[] Event(WireShape shape)
    {
        var (start, body) = shape switch
        {
            WireShape.Messages => ("event: error\ndata: "u8.ToArray(), Anthropic()),
            WireShape.Responses => ("event: error\ndata: "u8.ToArray(), Responses()),
            _ => ("data: "u8.ToArray(), OpenAi()),
        };
        return [.. start, .. body, .. "\n\n"u8];
    }

    // https://platform.openai.com/docs/guides/error-codes
    private byte[] OpenAi() => Write(OpenAiFields);

    private void OpenAiFields(Utf8JsonWriter json)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, Message);
        json.WriteString("type"u8, Status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 when Code == "insufficient_quota" => Code,
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        });
        json.WriteString("param"u8, Parameter);
        json.WriteString("code"u8, Code);
        json.WriteEndObject();
    }

    // https://docs.anthropic.com/en/api/errors
    private byte[] Anthropic() => Write(json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, Status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        });
        json.WriteString("message"u8, Message);
        json.WriteEndObject();
    });

    // As OpenAI's reference has it, and below 'error', where its servers put it and its SDK looks for what to throw.
    private byte[] Responses() => Write(json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, Code);
        json.WriteString("message"u8, Message);
        json.WriteString("param"u8, Parameter);
        OpenAiFields(json);
    });

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
