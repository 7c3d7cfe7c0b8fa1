using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>Puts signed thinking together again: its text comes in pieces, and then its signature.</summary>
internal sealed class ThinkingTape
{
    private readonly List<byte[]> _blocks = [];
    private readonly StringBuilder _text = new();

    /// <summary>Takes what a chunk has of it.</summary>
    /// <param name="text">A piece of the text; null for none.</param>
    /// <param name="blocks">A list of blocks, whose text came before; undefined for none.</param>
    public void Take(string? text, JsonElement blocks)
    {
        _text.Append(text);
        foreach (JsonElement block in blocks.Items())
        {
            if (block.TextField("signature") is not { } signature)
            {
                _blocks.Add(JsonForms.Write(block.WriteTo));
                continue;
            }

            _blocks.Add(JsonForms.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("type", "thinking");
                json.WriteString("thinking", _text.Length > 0 ? _text.ToString() : block.TextField("thinking") ?? "");
                json.WriteString("signature", signature);
                json.WriteEndObject();
            }));
            _text.Clear();
        }
    }

    /// <summary>What came since the last time, as a client sends it back; null where nothing did.</summary>
    public string? Seal()
    {
        string? made = _blocks.Count == 0 ? (_text.Length == 0 ? null : SealedThinking.SealUnsigned(_text.ToString())) : SealedThinking.Seal(JsonForms.Write(json =>
        {
            json.WriteStartArray();
            _blocks.ForEach(block => json.WriteRawValue(block));
            json.WriteEndArray();
        }));
        _blocks.Clear();
        _text.Clear();
        return made;
    }
}
