using System.Buffers;
using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>What an event of a stream is to the gateway.</summary>
[Flags]
public enum EventKinds
{
    /// <summary>Nothing of note, such as a role, a ping or a comment.</summary>
    None = 0,

    /// <summary>It has something that a model generated, or says that the model stopped.</summary>
    Token = 1,

    /// <summary>It reports usage and nothing else.</summary>
    UsageOnly = 2,

    /// <summary>The model stopped by itself; the provider may still send usage.</summary>
    Finish = 4,

    /// <summary>The provider says that the stream is whole.</summary>
    End = 8,

    /// <summary>The provider says that it failed.</summary>
    Error = 16,

    /// <summary>It is no JSON, or makes no sense after what came before.</summary>
    Malformed = 32,
}

/// <summary>Follows one stream of a provider: its usage, its text (to count where the usage never comes), and whether it is whole.</summary>
/// <param name="shape">The shape that the provider streams in.</param>
public sealed class StreamReading(WireShape shape)
{
    private const int MaxText = 4 * 1024 * 1024;
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>What was reported so far.</summary>
    public UsageReport Usage { get; } = new();

    /// <summary>What was generated so far, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>How many bytes of sound were generated so far.</summary>
    public long AudioBytes { get; private set; }

    /// <summary>All kinds that came so far.</summary>
    public EventKinds Seen { get; private set; }

    /// <summary>
    /// Whether nothing is missing: the provider's last event came. Some servers of OpenAI's shape end after the model's stop without
    /// a last event.
    /// </summary>
    public bool IsWhole => (Seen & EventKinds.End) != 0 || (shape == WireShape.Chat && (Seen & EventKinds.Finish) != 0);

    /// <summary>Looks at one event.</summary>
    public EventKinds Observe(ReadOnlySpan<byte> data)
    {
        var kinds = data.IsEmpty ? EventKinds.None : data.SequenceEqual("[DONE]"u8) ? EventKinds.End : Read(data);
        Seen |= kinds;
        return kinds;
    }

    private EventKinds Read(ReadOnlySpan<byte> data)
    {
        try
        {
            var json = new Utf8JsonReader(data);
            return !json.Read() || json.TokenType != JsonTokenType.StartObject ? EventKinds.Malformed
                : shape == WireShape.Chat ? ReadChat(ref json)
                : ReadTyped(ref json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return EventKinds.Malformed;
        }
    }

    // Depths of names: 1 of the chunk, 3 of a choice, 4 of its delta.
    private EventKinds ReadChat(ref Utf8JsonReader json)
    {
        var kinds = EventKinds.None;
        var (choices, hasUsage) = (0, false);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.StartObject && json.CurrentDepth == 2)
            {
                choices++;
            }
            else if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
            {
                if (json.ValueTextEquals("usage"u8))
                {
                    json.Read();
                    hasUsage = json.TokenType == JsonTokenType.StartObject;
                    Usage.Read(ref json);
                }
                else if (json.ValueTextEquals("error"u8))
                {
                    json.Read();
                    kinds |= json.TokenType == JsonTokenType.Null ? EventKinds.None : EventKinds.Error;
                    json.Skip();
                }
                else if (json.ValueTextEquals("service_tier"u8))
                {
                    Usage.ReadService(ref json);
                }
                else if (!json.ValueTextEquals("choices"u8))
                {
                    json.Skip();
                }
            }
            else if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 3)
            {
                kinds |= ReadChoiceField(ref json);
            }
        }

        return choices == 0 && hasUsage ? kinds | EventKinds.UsageOnly : kinds;
    }

    private EventKinds ReadChoiceField(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("delta"u8))
        {
            json.Read();
            return ReadTexts(ref json) ? EventKinds.Token : EventKinds.None;
        }

        var isReason = json.ValueTextEquals("finish_reason"u8);
        json.Skip();
        return isReason && json.TokenType == JsonTokenType.String ? EventKinds.Finish | EventKinds.Token : EventKinds.None;
    }

    // An event of Anthropic's messages or OpenAI's responses names its type.
    private EventKinds ReadTyped(ref Utf8JsonReader json)
    {
        var kinds = EventKinds.Token;
        var isItem = false;
        Utf8JsonReader item = default;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                Usage.Read(ref json);
            }
            else if (json.CurrentDepth == 2 && json.ValueTextEquals("service_tier"u8))
            {
                // Of a response; a message has it in its usage.
                Usage.ReadService(ref json);
            }
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("type"u8))
            {
                json.Read();
                kinds = KindsOf(ref json);
                isItem = json.ValueTextEquals("response.output_item.done"u8) || json.ValueTextEquals("content_block_start"u8);
            }
            else if (json.CurrentDepth == 1 && (json.ValueTextEquals("item"u8) || json.ValueTextEquals("content_block"u8)))
            {
                json.Read();
                item = json;
                json.Skip();
            }
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("delta"u8))
            {
                json.Read();
                ReadTexts(ref json);
            }
            else if (json.CurrentDepth > 1 || !(json.ValueTextEquals("message"u8) || json.ValueTextEquals("response"u8)))
            {
                json.Skip();
            }
        }

        if (isItem && item.TokenType == JsonTokenType.StartObject)
        {
            Usage.ReadItem(ref item);
        }

        return kinds;
    }

    private static EventKinds KindsOf(ref Utf8JsonReader type) =>
        type.ValueTextEquals("message_start"u8) || type.ValueTextEquals("ping"u8)
            || type.ValueTextEquals("content_block_start"u8) || type.ValueTextEquals("response.created"u8)
            || type.ValueTextEquals("response.in_progress"u8) || type.ValueTextEquals("response.queued"u8)
            || type.ValueTextEquals("response.output_item.added"u8) || type.ValueTextEquals("response.content_part.added"u8) ? EventKinds.None
        : type.ValueTextEquals("message_stop"u8) || type.ValueTextEquals("response.completed"u8) || type.ValueTextEquals("response.incomplete"u8)
            ? EventKinds.Token | EventKinds.End
        : type.ValueTextEquals("error"u8) || type.ValueTextEquals("response.failed"u8) ? EventKinds.Error
        : EventKinds.Token;

    /// <summary>Takes the texts of a delta, which the reader stands on; false when it has nothing but a role or empty texts.</summary>
    private bool ReadTexts(ref Utf8JsonReader json)
    {
        var isText = true;
        var isRole = false;
        var isSound = false;
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
            }
            else if (json.TokenType == JsonTokenType.String && !isRole && json.ValueSpan.Length > 0)
            {
                any = true;
                AudioBytes += isSound ? json.ValueSpan.Length * 3L / 4 : 0;
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
