using System.Text.Json;
using System.Text.RegularExpressions;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Fallbacks;

/// <summary>
/// Reads what an error is about. Most 403s refuse the key; some refuse it one model only, or refuse one prompt, and then the key is well for
/// everything else. Some providers refuse a key by the status of a client's own fault.
/// </summary>
internal static partial class RefusalReading
{
    private static readonly string[] ModelWords =
    [
        // OpenAI: "Project `proj_…` does not have access to model `gpt-4o`". AWS: "You don't have access to the model with the specified model ID."
        "have access to model",
        "have access to the model",

        // AWS, for a policy: "… is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:…::foundation-model/…".
        ":foundation-model/",
        ":inference-profile/",
    ];

    /// <summary>The fault of an error.</summary>
    /// <param name="row">What is known of its provider.</param>
    /// <param name="status">Its status, which is no 2xx.</param>
    /// <param name="body">What the provider says.</param>
    public static AttemptFault Of(ProviderRow row, int status, ReadOnlyMemory<byte> body)
    {
        var fault = AttemptFaults.OfStatus(status);
        if (status != 403 && row.KeyRefusal?.Status != status)
        {
            return fault;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("error", out var error) ? fault
                : status != 403 ? IsOfKey(row.KeyRefusal!, error) ? AttemptFault.KeyRefused : fault
                : error.ValueKind == JsonValueKind.Object ? OfForbidden(error) : fault;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return fault;
        }
    }

    /// <summary>
    /// Whether what was refused is another model than the one that was asked for, such as one that a tool of the request names: a client could have
    /// the gateway believe of any model that its keys may not use it.
    /// </summary>
    /// <param name="body">The provider's error, which refuses a model.</param>
    /// <param name="model">The model that was asked for.</param>
    public static bool NamesOther(ReadOnlyMemory<byte> body, string model)
    {
        using var document = JsonDocument.Parse(body);
        var said = Text(document.RootElement.GetProperty("error"), "message") ?? "";
        return Named().Match(said) is { Success: true } named && !IsSame(named.Groups[1].ValueSpan, model);
    }

    /// <summary>A model may be named as the snapshot that its name stands for, such as gpt-4o-2024-08-06.</summary>
    private static bool IsSame(ReadOnlySpan<char> named, string model) =>
        named.StartsWith(model, StringComparison.Ordinal) && (named.Length == model.Length || named[model.Length..] is ['-', >= '0' and <= '9', ..]);

    [GeneratedRegex("model [`'\"]([^`'\"]+)[`'\"]", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    private static bool IsOfKey(KeyRefusal refusal, JsonElement error) =>
        ((error.ValueKind == JsonValueKind.String ? error.GetString() : Text(error, "message")) is { } said
            && refusal.Beginnings.Any(beginning => said.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)))
        || (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array
            && details.EnumerateArray().Any(detail => Text(detail, "reason") is { } reason && refusal.Reasons.Contains(reason)));

    private static AttemptFault OfForbidden(JsonElement error) =>
        IsOfPrompt(error) ? AttemptFault.Rejected
        : Text(error, "code") == "model_not_found" || (Text(error, "message") is { } said && Array.Exists(ModelWords, word => said.Contains(word, StringComparison.OrdinalIgnoreCase)))
            ? AttemptFault.ModelRefused
        : AttemptFault.KeyRefused;

    /// <summary>OpenRouter says with a moderated prompt what was flagged and why.</summary>
    private static bool IsOfPrompt(JsonElement error) =>
        Text(error, "code") is "content_policy_violation" or "content_filter"
        || (error.TryGetProperty("metadata", out var details) && details.ValueKind == JsonValueKind.Object
            && (details.TryGetProperty("flagged_input", out _) || (details.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array)));

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
