using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>
/// An error that a provider tells in an answer or a stream of a good status, as one must that had begun before it failed. What follows from it is what
/// would follow from a status that says the same.
/// </summary>
/// <param name="Status">That status.</param>
/// <param name="Json">The error as the provider wrote it.</param>
public sealed record ToldError(int Status, ReadOnlyMemory<byte> Json)
{
    private const int Unsaid = 500;

    private static readonly FrozenDictionary<string, int> Words = new Dictionary<string, int>
    {
        // Anthropic: https://docs.anthropic.com/en/api/errors
        ["invalid_request_error"] = 400,
        ["authentication_error"] = 401,
        ["billing_error"] = 402,
        ["permission_error"] = 403,
        ["not_found_error"] = 404,
        ["conflict_error"] = 409,
        ["request_too_large"] = 413,
        ["rate_limit_error"] = 429,
        ["timeout_error"] = 504,
        ["overloaded_error"] = 529,

        // OpenAI, and servers of its shape. What else begins with 'invalid_' is the request's fault too.
        ["invalid_api_key"] = 401,
        ["model_not_found"] = 404,
        ["context_length_exceeded"] = 400,
        ["content_policy_violation"] = 400,
        ["content_filter"] = 400,
        ["rate_limit_exceeded"] = 429,
        ["too_many_requests"] = 429,
        ["insufficient_quota"] = 429,
        ["engine_overloaded"] = 503,
        ["service_unavailable"] = 503,

        // Google: https://cloud.google.com/apis/design/errors
        ["unauthenticated"] = 401,
        ["permission_denied"] = 403,
        ["not_found"] = 404,
        ["resource_exhausted"] = 429,
        ["unavailable"] = 503,
        ["deadline_exceeded"] = 504,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of a provider that says nothing but that there was one.</summary>
    public static ToldError Bare { get; } = new(Unsaid, "{\"message\":\"The provider ended its answer in an error, and says no more than that.\",\"type\":\"server_error\"}"u8.ToArray());

    /// <summary>The first of two errors of one answer, but that one with words stands for one without.</summary>
    public static ToldError? First(ToldError? known, ToldError? next) => known is null || (next is not null && ReferenceEquals(known, Bare)) ? next : known;

    /// <summary>Takes the value of an <c>error</c>, which the reader stands on and leaves behind; null where it is none.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="from">What it reads.</param>
    public static ToldError? Read(ref Utf8JsonReader json, ReadOnlySpan<byte> from)
    {
        var start = (int)json.TokenStartIndex;
        var isNone = json.TokenType is JsonTokenType.Null or JsonTokenType.False || (json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty);
        json.Skip();
        return isNone ? null : Of(from[start..(int)json.BytesConsumed]);
    }

    /// <summary>Takes an error.</summary>
    /// <param name="json">An object, or a text.</param>
    public static ToldError Of(ReadOnlySpan<byte> json)
    {
        var kept = json.ToArray();
        using var document = JsonDocument.Parse(kept);
        return new ToldError(StatusOf(document.RootElement), kept);
    }

    /// <summary>The body that a status would have come with.</summary>
    public byte[] Body(WireShape shape) => [.. shape == WireShape.Messages ? "{\"type\":\"error\",\"error\":"u8 : "{\"error\":"u8, .. Json.Span, (byte)'}'];

    private static int StatusOf(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return Unsaid;
        }

        // OpenRouter and Google write the status itself.
        int? known = null;
        foreach (var name in (ReadOnlySpan<string>)["code", "status", "type"])
        {
            known ??= error.TryGetProperty(name, out var value) ? Known(value) : null;
        }

        return known ?? Unsaid;
    }

    private static int? Known(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is >= 400 and < 600 => number,
        JsonValueKind.String => OfWord(value.GetString()!),
        _ => null,
    };

    private static int? OfWord(string word) =>
        Words.TryGetValue(word, out var status) ? status
        : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 400 and < 600 ? number
        : word.StartsWith("invalid_", StringComparison.OrdinalIgnoreCase) ? 400
        : null;
}
