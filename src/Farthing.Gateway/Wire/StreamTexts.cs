using System.Buffers;
using System.Text.Json;

namespace Farthing.Gateway.Wire;

/// <summary>Gathers what a stream's deltas generate, to count it where the provider does not.</summary>
internal sealed class StreamTexts
{
    private const int MaxText = 4 * 1024 * 1024;
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>What was generated so far, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>How many bytes of sound were generated so far.</summary>
    public long AudioBytes { get; private set; }

    /// <summary>Anthropic's word for the end, which stands in a delta; null until it came.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Takes the texts of a delta, which the reader stands on; false when it has nothing but a role or empty texts.</summary>
    public bool Read(ref Utf8JsonReader json)
    {
        var isText = true;
        var (isRole, isSound, isReason) = (false, false, false);
        var any = false;
        var depth = json.CurrentDepth;
        do
        {
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                isText = json.ValueTextEquals("content"u8) || json.ValueTextEquals("text"u8) || json.ValueTextEquals("arguments"u8)
                    || json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8) || json.ValueTextEquals("refusal"u8)
                    || json.ValueTextEquals("partial_json"u8) || json.ValueTextEquals("thinking"u8) || json.ValueTextEquals("name"u8);
                isRole = json.ValueTextEquals("role"u8);
                isSound = json.ValueTextEquals("data"u8);
                isReason = json.ValueTextEquals("stop_reason"u8);
            }
            else if (json.TokenType == JsonTokenType.String && !isRole && json.ValueSpan.Length > 0)
            {
                any = true;
                AudioBytes += isSound ? json.ValueSpan.Length * 3L / 4 : 0;
                StopReason = isReason ? json.GetString() : StopReason;
                if (isText && _text.WrittenCount + json.ValueSpan.Length <= MaxText)
                {
                    _text.Advance(json.CopyString(_text.GetSpan(json.ValueSpan.Length)));
                }
            }
        }
        while ((json.CurrentDepth > depth || json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && json.Read());
        return any;
    }
}
