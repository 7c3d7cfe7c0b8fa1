using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Farthing.Gateway.Wire;

/// <summary>
/// Counts tokens here where a provider never said how many there were, with OpenAI's o200k vocabulary. Exact for the text of
/// OpenAI's later models, near for others; without pictures. What it gives is always flagged as estimated.
/// </summary>
public static class TokenEstimate
{
    private const int MaxCharacters = 512 * 1024;
    private const int TokensPerMessage = 4;

    // What a vocabulary takes for one word grows with the square of its length, and a client may send one word of a megabyte.
    private const int LongestPart = 512;
    private const int LongestWord = 256;

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>The tokens of a text in UTF-8. Beyond half a million characters the rate of the first half million is taken to hold.</summary>
    public static long OfText(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? 0 : OfText(Encoding.UTF8.GetString(utf8));

    /// <summary>The longest beginning of a text that ends before a blank and has no more than so many tokens; empty where no word has so few.</summary>
    public static string Cut(string text, long tokens)
    {
        ArgumentNullException.ThrowIfNull(text);

        // No token is shorter than a character's byte, so what has fewer bytes than that needs no count.
        if (Encoding.UTF8.GetByteCount(text) <= tokens)
        {
            return text;
        }

        for (var at = 0; at < text.Length;)
        {
            if (tokens <= 0)
            {
                return text[..Math.Max(0, text.LastIndexOf(' ', at))];
            }

            var next = NextPart(text, at);
            var end = at + Tokenizer.Value.GetIndexByTokenCount(text[at..next], (int)Math.Min(tokens, int.MaxValue), out _, out var used);
            if (end < next)
            {
                return text[..Math.Max(0, text.LastIndexOf(' ', end))];
            }

            (at, tokens) = (next, tokens - used);
        }

        return text;
    }

    /// <summary>The tokens of a request's prompt: its texts, and about what frames a message.</summary>
    public static long OfPrompt(ReadOnlySpan<byte> body)
    {
        var texts = new StringBuilder();
        var messages = 0;
        try
        {
            var json = new Utf8JsonReader(body);
            var isText = false;
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName)
                {
                    messages += json.ValueTextEquals("role"u8) ? 1 : 0;
                    isText = IsText(ref json);
                }
                else if (json.TokenType == JsonTokenType.String && isText && !json.ValueSpan.StartsWith("data:"u8))
                {
                    texts.Append(json.GetString()).Append('\n');
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The body was read before; what can't be read now is not counted.
        }

        return OfText(texts.ToString()) + ((long)messages * TokensPerMessage);
    }

    private static long OfText(string text)
    {
        var (tokens, length) = (0L, Math.Min(text.Length, MaxCharacters));
        for (var at = 0; at < length;)
        {
            var next = Math.Min(length, NextPart(text, at));
            tokens += Tokenizer.Value.CountTokens(text.AsSpan(at, next - at));
            at = next;
        }

        return text.Length > MaxCharacters ? tokens * text.Length / MaxCharacters : tokens;
    }

    /// <summary>Where a part of a text ends: before a blank between two words, where no token goes across; within a word that is too long for that.</summary>
    private static int NextPart(string text, int from)
    {
        if (text.Length - from <= LongestWord)
        {
            return text.Length;
        }

        for (var at = Math.Min(from + LongestPart, text.Length - 1); at > from; at--)
        {
            if (text[at] == ' ' && !char.IsWhiteSpace(text[at - 1]) && at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]))
            {
                return at;
            }
        }

        return from + LongestWord - (char.IsHighSurrogate(text[from + LongestWord - 1]) ? 1 : 0);
    }

    private static bool IsText(ref Utf8JsonReader name) =>
        name.ValueTextEquals("content"u8) || name.ValueTextEquals("text"u8) || name.ValueTextEquals("input"u8)
        || name.ValueTextEquals("system"u8) || name.ValueTextEquals("instructions"u8) || name.ValueTextEquals("arguments"u8)
        || name.ValueTextEquals("thinking"u8) || name.ValueTextEquals("description"u8) || name.ValueTextEquals("name"u8);
}
