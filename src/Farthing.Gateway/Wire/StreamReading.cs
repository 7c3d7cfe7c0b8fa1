using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>Follows one stream of a provider: its usage, its text (to count where the usage never comes), and whether it is whole.</summary>
/// <param name="shape">The shape that the provider streams in.</param>
public sealed class StreamReading(WireShape shape)
{
    private const EventKinds Faults = EventKinds.Error | EventKinds.Failed | EventKinds.Malformed;
    private readonly StreamTexts _texts = new();
    private readonly ChoiceEnds _choices = new();
    private AnswerFinish _finish = AnswerFinish.None;
    private bool _isCounted;

    /// <summary>What was reported so far.</summary>
    public UsageReport Usage { get; } = new();

    /// <summary>What was generated so far, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text => _texts.Text;

    /// <summary>How many bytes of sound were generated so far.</summary>
    public long AudioBytes => _texts.AudioBytes;

    /// <summary>All kinds that came so far.</summary>
    public EventKinds Seen { get; private set; }

    /// <summary>What the provider said of its failure; null where it told of none.</summary>
    public ToldError? Error { get; private set; }

    /// <summary>
    /// Whether nothing is missing: the provider's last event came. Some servers of OpenAI's shape end without one after the model's stop; then every choice
    /// that began must have stopped.
    /// </summary>
    public bool IsWhole => (Seen & EventKinds.End) != 0 || (shape == WireShape.Chat && _choices.IsOver);

    /// <summary>How the provider says that the answer ended.</summary>
    public AnswerFinish Finish => (Seen & Faults) != 0 ? AnswerFinish.Failed : shape == WireShape.Chat ? _choices.Finish : _finish;

    /// <summary>Whether the provider's own count of the whole came. What stands in a stream before it, such as Anthropic's first count, is none.</summary>
    public bool IsCounted => _isCounted && Usage is { HasInput: true, HasOutput: true };

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
                : shape == WireShape.Chat ? ReadChat(ref json, data)
                : ReadTyped(ref json, data);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return EventKinds.Malformed;
        }
    }

    // Depths of names: 1 of the chunk, 3 of a choice, 4 of its delta.
    private EventKinds ReadChat(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var kinds = EventKinds.None;
        var (choices, hasUsage) = (0, false);
        var (index, finish) = (0L, AnswerFinish.None);
        while (json.Read())
        {
            if (json.CurrentDepth == 2 && json.TokenType == JsonTokenType.StartObject)
            {
                choices++;
                (index, finish) = (0, AnswerFinish.None);
            }
            else if (json.CurrentDepth == 2 && json.TokenType == JsonTokenType.EndObject)
            {
                _choices.Take(index, finish);
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
                    kinds |= ReadError(ref json, data) ? EventKinds.Error : EventKinds.None;
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
                kinds |= ReadChoiceField(ref json, data, ref index, ref finish);
            }
        }

        // Some servers count as they go, with every chunk: the last count is the one that no token follows.
        _isCounted = hasUsage ? choices == 0 || _choices.IsOver || (kinds & Faults) != 0 : _isCounted && (kinds & EventKinds.Token) == 0;
        return choices == 0 && hasUsage ? kinds | EventKinds.UsageOnly : kinds;
    }

    private EventKinds ReadChoiceField(ref Utf8JsonReader json, ReadOnlySpan<byte> data, ref long index, ref AnswerFinish finish)
    {
        if (json.ValueTextEquals("delta"u8))
        {
            json.Read();
            return _texts.Read(ref json) ? EventKinds.Token : EventKinds.None;
        }

        if (json.ValueTextEquals("error"u8))
        {
            return ReadError(ref json, data) ? EventKinds.Failed : EventKinds.None;
        }

        var (isReason, isIndex) = (json.ValueTextEquals("finish_reason"u8), json.ValueTextEquals("index"u8));
        json.Skip();
        index = isIndex && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var at) ? at : index;
        finish = isReason && json.TokenType == JsonTokenType.String ? FinishWords.Of(shape, json.GetString()) : finish;
        if (!isReason || finish == AnswerFinish.None)
        {
            return EventKinds.None;
        }

        Error ??= finish == AnswerFinish.Failed ? ToldError.Bare : null;
        return EventKinds.Finish | EventKinds.Token | (finish == AnswerFinish.Failed ? EventKinds.Failed : EventKinds.None);
    }

    /// <summary>Takes an error, whose name the reader stands on; false where it is none.</summary>
    private bool ReadError(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        json.Read();
        var error = ToldError.Read(ref json, data);
        Error = ToldError.First(Error, error);
        return error is not null;
    }

    // An event of Anthropic's messages or OpenAI's responses names its type.
    private EventKinds ReadTyped(ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        EventKinds? known = null;
        var (isItem, isLastCount, hasUsage) = (false, shape == WireShape.Responses, false);
        var (isError, hasError) = (false, false);
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
                hasUsage |= json.TokenType == JsonTokenType.StartObject;
                Usage.Read(ref json);
            }
            else if (json.CurrentDepth == 2 && json.ValueTextEquals("service_tier"u8))
            {
                // Of a response; a message has it in its usage.
                Usage.ReadService(ref json);
            }
            else if (json.CurrentDepth <= 2 && json.ValueTextEquals("error"u8))
            {
                hasError |= ReadError(ref json, data);
            }
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("type"u8))
            {
                json.Read();
                known = KindsOf(ref json);
                isItem = json.ValueTextEquals("response.output_item.done"u8) || json.ValueTextEquals("content_block_start"u8);
                isLastCount |= json.ValueTextEquals("message_delta"u8);
                isError = json.ValueTextEquals("error"u8);
                _finish = json.ValueTextEquals("response.completed"u8) ? AnswerFinish.Whole : json.ValueTextEquals("response.incomplete"u8) ? AnswerFinish.Odd : _finish;
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
                _texts.Read(ref json);
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

        _isCounted |= hasUsage && isLastCount;
        _finish = shape == WireShape.Messages ? FinishWords.Of(shape, _texts.StopReason) : _finish;
        var kinds = known ?? (hasError ? EventKinds.Error : EventKinds.Token);
        if ((kinds & EventKinds.Error) != 0)
        {
            // OpenAI's reference has the fields of an error in the event itself.
            Error ??= isError && shape == WireShape.Responses ? ToldError.Of(data) : ToldError.Bare;
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
}
