using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Errors;

namespace Farthing.Gateway.Bedrock;

/// <summary>AWS's exceptions as Anthropic's errors.</summary>
internal static class BedrockErrors
{
    /// <summary>A longer body is not read.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The key is known, and may not do this.</summary>
    public const string AccessDenied = "AccessDeniedException";

    /// <summary>The exception's name; empty where there is none.</summary>
    public static string TypeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-amzn-errortype", out var values) ? Short(values.First()) : "";

    /// <summary>Translates a response.</summary>
    public static TranslatedError Translate(int status, string type, byte[] body) => ErrorToAnthropic.Of(Status(status, type), Message(status, body));

    /// <summary>The event that ends a stream with an exception.</summary>
    /// <param name="json">Gets the body.</param>
    /// <param name="type">The exception's name, which begins with a small letter in streams.</param>
    /// <param name="body">Its payload.</param>
    public static void Write(Utf8JsonWriter json, string type, ReadOnlyMemory<byte> body)
    {
        int status = Status(500, type.Length > 0 ? char.ToUpperInvariant(type[0]) + type[1..] : type);
        ErrorToAnthropic.WriteBody(json, Message(status, body), ErrorToAnthropic.Type(status));
    }

    /// <summary>AWS's statuses do not always say what the gateway needs to know: whether another try, key or provider may help.</summary>
    private static int Status(int status, string type) => type switch
    {
        "ThrottlingException" or "ServiceQuotaExceededException" or "ModelNotReadyException" => 429,
        "ModelTimeoutException" => 504,
        "ModelErrorException" or "ModelStreamErrorException" or "InternalServerException" => 500,
        "ServiceUnavailableException" => 529,
        "ValidationException" => 400,
        "ResourceNotFoundException" => 404,
        AccessDenied or "UnrecognizedClientException" or "ExpiredTokenException" or "InvalidSignatureException" or "IncompleteSignature" => 403,
        _ => status == 503 ? 529 : status,
    };

    private static string Short(string type)
    {
        int end = type.IndexOf(':', StringComparison.Ordinal);
        string name = end < 0 ? type : type[..end];
        return name[(name.LastIndexOf('#') + 1)..];
    }

    private static string Message(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            if ((document.RootElement.TextField("message") ?? document.RootElement.TextField("Message")) is { } message)
            {
                return message.Length > 4_000 ? message[..4_000] : message;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Told below.
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"AWS Bedrock answered {status} without a message that can be read.");
    }
}
