using System.Text.Json;
using Farthing.Gateway.Wire;

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

    /// <summary>What a model reads at most, in which all that the gateway can't see must have room: the largest of OpenAI's, Anthropic's and Google's.</summary>
    public const long Context = 1_048_576;

    // What a provider frames messages with, and its own words for tools (Anthropic: up to some 700 tokens).
    private const int Frame = 1_024;

    // A picture is billed by its size, not by its bytes. The most that a model is known to count, but for OpenAI's gpt-4o-mini, which counts
    // 2,833 and 5,667 a tile: 48,169 for the largest.
    private const int Picture = 5_000;
    private const int PictureOfMini = 50_000;

    // Tools that the client runs itself; others run at the provider, as often as the model likes, and read the whole conversation each time.
    private static readonly string[] ClientTools = ["function", "custom", "bash_", "text_editor_", "computer", "memory_", "local_shell", "apply_patch"];

    /// <summary>What of it nothing bounds: a tool that runs at the provider; null for nothing.</summary>
    public string? Unbounded { get; private init; }

    /// <summary>Which limit of its answers, or number of them, is no number that it can be; null where none is.</summary>
    public string? BadLimit { get; private init; }

    /// <summary>Whether it asks for thinking, so that a translation may raise the limit of its answer.</summary>
    public bool Thinks { get; private init; }

    /// <summary>The service that it asks for, as a tier of prices; empty for the standard one.</summary>
    public string Service { get; init; } = "";

    /// <summary>Whether its prompt has sound.</summary>
    public bool Hears { get; init; }

    /// <summary>Whether it asks for sound.</summary>
    public bool Speaks { get; init; }

    /// <summary>Whether the model is to search the web, once.</summary>
    public bool Searches { get; init; }

    /// <summary>Reads a body, which must be the JSON object that was read before.</summary>
    /// <param name="body">The client's bytes.</param>
    /// <param name="isMini">Whether a target counts pictures as gpt-4o-mini does.</param>
    public static RequestBound Read(ReadOnlySpan<byte> body, bool isMini)
    {
        var json = new Utf8JsonReader(body);
        var (pictures, contexts) = (0L, 0L);
        var (isUnseen, isOfTools, writesCache, thinks, hears, speaks, searches) = (false, false, false, false, false, false, false);
        long? output = null;
        long answers = 1;
        string? unbounded = null, badLimit = null;
        var service = "";
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isOuter = json.CurrentDepth == 1;
            isOfTools = isOuter ? json.ValueTextEquals("tools"u8) : isOfTools;
            if (isOuter && IsLimit(ref json))
            {
                var name = json.GetString();
                var limit = Limit(ref json);
                badLimit ??= limit is 0 ? name : null;
                output = limit is { } tokens ? Math.Max(output ?? 0, tokens) : output;
            }
            else if (isOuter && json.ValueTextEquals("n"u8))
            {
                var asked = Limit(ref json);
                badLimit ??= asked is 0 ? "n" : null;
                answers = Math.Max(1, asked ?? 1);
            }
            else if (isOuter && (json.ValueTextEquals("reasoning_effort"u8) || json.ValueTextEquals("reasoning"u8)))
            {
                thinks = true;
            }
            else if (isOuter && json.ValueTextEquals("audio"u8))
            {
                // Null is none: some servers write it into each message.
                speaks |= HasValue(ref json);
            }
            else if (json.ValueTextEquals("audio"u8))
            {
                // An earlier answer's, by its id.
                var isThere = HasValue(ref json);
                (hears, isUnseen) = (hears || isThere, isUnseen || isThere);
            }
            else if (json.ValueTextEquals("input_audio"u8))
            {
                hears |= HasValue(ref json);
            }
            else if (isOuter && (json.ValueTextEquals("search_parameters"u8) || json.ValueTextEquals("plugins"u8)))
            {
                // Of xAI and OpenRouter: as many searches as the model likes.
                var name = json.GetString();
                unbounded ??= HasValue(ref json) ? name : null;
            }
            else if (isOuter && json.ValueTextEquals("service_tier"u8))
            {
                service = json.Read() && json.TokenType == JsonTokenType.String ? ServiceTier.Of(json.GetString()!) : service;
            }
            else if (isOuter && json.ValueTextEquals("mcp_servers"u8))
            {
                unbounded = json.Read() && json.TokenType == JsonTokenType.StartArray && json.Read() && json.TokenType != JsonTokenType.EndArray ? "mcp_servers" : unbounded;
            }
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                var isText = json.TokenType == JsonTokenType.String;
                unbounded ??= isText && isOfTools && json.CurrentDepth == 3 && !IsClientTool(json.GetString()!) ? json.GetString() : null;
                pictures += isText && IsPicture(ref json) ? 1 : 0;
                isUnseen |= isText && IsDocument(ref json);

                // Anthropic's compaction reads the conversation once more, for an answer of its own.
                contexts += isText && json.GetString()!.StartsWith("compact_", StringComparison.Ordinal) ? 1 : 0;
            }
            else if (json.ValueTextEquals("cache_control"u8))
            {
                writesCache = true;
            }
            else
            {
                searches |= isOuter && json.ValueTextEquals("web_search_options"u8);
                isUnseen |= IsReference(ref json, isOuter);
            }
        }

        return new RequestBound(
            Math.Min(MaxTokens, body.Length + Frame + (pictures * (isMini ? PictureOfMini : Picture)) + ((contexts + (isUnseen ? 1 : 0)) * Context)),
            output is { } most ? Math.Min(MaxTokens, most) : null,
            Math.Min(answers + contexts, 1_000),
            writesCache)
        {
            Unbounded = unbounded,
            BadLimit = badLimit,
            Thinks = thinks,
            Service = service,
            Hears = hears,
            Speaks = speaks,
            Searches = searches,
        };
    }

    /// <summary>Whether a field is more than null; the reader goes from its name to its value.</summary>
    private static bool HasValue(ref Utf8JsonReader name) => name.Read() && name.TokenType != JsonTokenType.Null;

    private static bool IsLimit(ref Utf8JsonReader name) =>
        name.ValueTextEquals("max_tokens"u8) || name.ValueTextEquals("max_completion_tokens"u8) || name.ValueTextEquals("max_output_tokens"u8);

    private static bool IsPicture(ref Utf8JsonReader type) =>
        type.ValueTextEquals("image_url"u8) || type.ValueTextEquals("image"u8) || type.ValueTextEquals("input_image"u8);

    /// <summary>Of a document each page is billed as text and as a picture, whatever its bytes are.</summary>
    private static bool IsDocument(ref Utf8JsonReader type) =>
        type.ValueTextEquals("document"u8) || type.ValueTextEquals("file"u8) || type.ValueTextEquals("input_file"u8);

    private static bool IsClientTool(string type) => Array.Exists(ClientTools, known => type.StartsWith(known, StringComparison.Ordinal));

    /// <summary>What the gateway can't see: an earlier answer, a file or a template that the provider has, what its search finds.</summary>
    private static bool IsReference(ref Utf8JsonReader name, bool isOuter) =>
        name.ValueTextEquals("previous_response_id"u8) || name.ValueTextEquals("conversation"u8) || name.ValueTextEquals("file_id"u8)
        || name.ValueTextEquals("file_url"u8) || name.ValueTextEquals("container"u8)
        || (isOuter && (name.ValueTextEquals("prompt"u8) || name.ValueTextEquals("web_search_options"u8)));

    /// <summary>The limit of an answer, or the number of answers; null where the field says none, 0 where it is no number of tokens. A text is refused too: some servers read it as a number.</summary>
    private static long? Limit(ref Utf8JsonReader json) => !HasValue(ref json) ? null
        : json.TokenType != JsonTokenType.Number ? 0
        : WholeNumber.TryRead(ref json, out var value) ? value
        : json.TryGetDouble(out var far) && far > MaxTokens ? MaxTokens : 0;
}
