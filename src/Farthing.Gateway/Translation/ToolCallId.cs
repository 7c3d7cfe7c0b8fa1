using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// A tool call's id as Anthropic and AWS take it: letters, digits, <c>_</c> and <c>-</c>, 64 at most. Another provider's, such as Kimi's
/// <c>functions.f:0</c>, is sent as its hash, so that a conversation may go on at a Claude: the same in a call and in its result, in every turn,
/// and no two the same.
/// </summary>
internal static class ToolCallId
{
    private const int Longest = 64;
    private const string Prefix = "call_";

    // Depth of the names in a block of a message's content: of the request 1, of a message 3.
    private const int BlockDepth = 5;

    private static readonly SearchValues<byte> Taken = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    /// <summary>The id to send; the same one where it is taken as it is.</summary>
    public static string Of(string id)
    {
        byte[] text = Encoding.UTF8.GetBytes(id);
        return IsTaken(text) ? id : Prefix + Base64Url.EncodeToString(SHA256.HashData(text));
    }

    /// <summary>A request of messages with such ids alone; the same bytes where it has no others.</summary>
    public static ReadOnlyMemory<byte> In(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"tool_use"u8) < 0)
        {
            return body;
        }

        try
        {
            return Written(body);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half a character in an id: the provider says what it thinks of it.
            return body;
        }
    }

    private static ReadOnlyMemory<byte> Written(ReadOnlyMemory<byte> body)
    {
        var json = new Utf8JsonReader(body.Span);
        ArrayBufferWriter<byte>? written = null;
        int from = 0;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.CurrentDepth == 1 && !json.ValueTextEquals("messages"u8))
            {
                json.Skip();
            }
            else if (json.CurrentDepth == BlockDepth && (json.ValueTextEquals("id"u8) || json.ValueTextEquals("tool_use_id"u8)))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.String || (!json.ValueIsEscaped && IsTaken(json.ValueSpan)))
                {
                    continue;
                }

                written ??= new ArrayBufferWriter<byte>(body.Length);
                written.Write(body.Span[from..((int)json.TokenStartIndex + 1)]);
                Encoding.UTF8.GetBytes(Of(json.GetString()!), written);
                from = (int)json.BytesConsumed - 1;
            }
        }

        written?.Write(body.Span[from..]);
        return written?.WrittenMemory ?? body;
    }

    private static bool IsTaken(ReadOnlySpan<byte> id) => id.Length is > 0 and <= Longest && !id.ContainsAnyExcept(Taken);
}
