using System.Text.Json;

namespace Farthing.Gateway.Budgets;

/// <summary>The most tokens that a request may have and ask for, read from its body in one pass.</summary>
/// <param name="Prompt">Of the prompt: no vocabulary has a token shorter than a byte, so the body's length bounds its text.</param>
/// <param name="Output">Of all answers together; null where the request does not say.</param>
/// <param name="Answers">How many answers it asks for (<c>n</c>).</param>
/// <param name="WritesCache">Whether it asks the provider to keep its prompt, which may be billed at another price.</param>
internal readonly record struct RequestBound(long Prompt, long? Output, long Answers, bool WritesCache)
{
    /// <summary>More tokens than any model has.</summary>
    public const long MaxTokens = 1_000_000_000;

    // What a provider frames messages with, and its own words for tools (Anthropic: up to some 700 tokens).
    private const int Frame = 1_024;

    // A picture is billed by its size, not by its bytes. The most that a model is known to count, but for OpenAI's gpt-4o-mini, which counts
    // 2,833 and 5,667 a tile: 48,169 for the largest.
    private const int Picture = 5_000;
    private const int PictureOfMini = 50_000;

    // What the gateway can't see: an earlier answer, a file or a document that the provider has.
    private const int Reference = 200_000;

    /// <summary>Reads a body, which must be the JSON object that was read before.</summary>
    /// <param name="body">The client's bytes.</param>
    /// <param name="isMini">Whether a target counts pictures as gpt-4o-mini does.</param>
    public static RequestBound Read(ReadOnlySpan<byte> body, bool isMini)
    {
        var json = new Utf8JsonReader(body);
        var (pictures, references) = (0L, 0L);
        long? output = null;
        long answers = 1;
        var writesCache = false;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.CurrentDepth == 1 && IsLimit(ref json))
            {
                output = Number(ref json) is { } limit ? Math.Max(output ?? 0, limit) : output;
            }
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("n"u8))
            {
                answers = Math.Max(1, Number(ref json) ?? 1);
            }
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                pictures += json.TokenType == JsonTokenType.String && IsPicture(ref json) ? 1 : 0;
            }
            else if (json.ValueTextEquals("cache_control"u8))
            {
                writesCache = true;
            }
            else if (IsReference(ref json))
            {
                references++;
            }
        }

        return new RequestBound(
            Math.Min(MaxTokens, body.Length + Frame + (pictures * (isMini ? PictureOfMini : Picture)) + (references * Reference)),
            output is { } most ? Math.Min(MaxTokens, most) : null,
            Math.Min(answers, 1_000),
            writesCache);
    }

    private static bool IsLimit(ref Utf8JsonReader name) =>
        name.ValueTextEquals("max_tokens"u8) || name.ValueTextEquals("max_completion_tokens"u8) || name.ValueTextEquals("max_output_tokens"u8);

    private static bool IsPicture(ref Utf8JsonReader type) =>
        type.ValueTextEquals("image_url"u8) || type.ValueTextEquals("image"u8) || type.ValueTextEquals("input_image"u8);

    private static bool IsReference(ref Utf8JsonReader name) =>
        name.ValueTextEquals("previous_response_id"u8) || name.ValueTextEquals("conversation"u8) || name.ValueTextEquals("file_id"u8)
        || name.ValueTextEquals("file_url"u8) || name.ValueTextEquals("container"u8);

    private static long? Number(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.Number ? json.TryGetInt64(out var value) && value > 0 ? value : MaxTokens : null;
}
