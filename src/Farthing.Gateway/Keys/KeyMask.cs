using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Keys;

/// <summary>Hides keys in what a provider says of a fault, for some repeat the key that they refuse: the one that was used, and whatever looks like a client's.</summary>
/// <remarks>The gateway keeps no client's key, only its hash, so that one is known by its form.</remarks>
internal sealed class KeyMask
{
    private const string Stars = "***";

    // What a server that checks no key is sent in its place ("x", "EMPTY") is a word like others, of which longer ones may be made.
    private const int ShortestSecret = 8;

    private readonly Regex _keys;

    /// <summary>Hides a key.</summary>
    public KeyMask(KeyOptions key)
    {
        string?[] secrets = ReferenceEquals(key, KeyRing.NoKey)
            ? []
            : [key.Value.Reveal(), key.Aws?.Value.Reveal(), key.Aws?.Id.Reveal(), key.Aws?.SessionToken?.Reveal()];
        var patterns = secrets.OfType<string>().OrderByDescending(static secret => secret.Length).Select(static secret =>
            secret.Length < ShortestSecret ? $@"(?<![\w-]){Regex.Escape(secret)}(?![\w-])" : Regex.Escape(secret));
        _keys = new Regex(string.Join('|', patterns.Append($"(?<![A-Za-z0-9]){ClientKeyOptions.Prefix}[A-Za-z0-9_-]{{8,}}")), RegexOptions.CultureInvariant);
    }

    /// <summary>The text without keys; the same one where it has none.</summary>
    public string Over(string text) => _keys.Replace(text, Stars);

    /// <summary>JSON without keys, however its texts are escaped. What has none stays as it was written.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public ReadOnlyMemory<byte> OverJson(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        var masked = new ArrayBufferWriter<byte>();
        var from = 0;
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            {
                continue;
            }

            var text = Text(ref reader);
            if (Over(text) is var shown && shown != text)
            {
                // A name's token has its colon too, so that the quotes are counted instead.
                var start = (int)reader.TokenStartIndex;
                masked.Write(json.Span[from..start]);
                masked.Write(JsonSerializer.SerializeToUtf8Bytes(shown, WireJson.Default.String));
                from = start + reader.ValueSpan.Length + 2;
            }
        }

        masked.Write(json.Span[from..]);
        return from == 0 ? json : masked.WrittenMemory;
    }

    /// <summary>A text with half a surrogate pair, which can't be unescaped, is taken as it was written.</summary>
    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
