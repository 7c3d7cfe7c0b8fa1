using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>Reads, once, what an answer that came whole reports: its usage, how it ended, and whether it is an error.</summary>
public static class AnswerReading
{
    /// <summary>What the answer reports; null when the body is no JSON object, so that it is no answer.</summary>
    /// <param name="shape">The shape that the provider was called in.</param>
    /// <param name="body">The answer.</param>
    public static AnswerReport? Of(WireShape shape, ReadOnlySpan<byte> body)
    {
        try
        {
            var report = new AnswerReport();
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var (word, hasContent) = (null as string, false);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("service_tier"u8))
                {
                    report.Usage.ReadService(ref json);
                }
                else if (json.ValueTextEquals("usage"u8))
                {
                    json.Read();
                    report.Usage.Read(ref json);
                }
                else if (json.ValueTextEquals("error"u8))
                {
                    json.Read();
                    report.Fail(ToldError.Read(ref json, body));
                }
                else if (json.ValueTextEquals(WordOf(shape)))
                {
                    word = ReadText(ref json);
                }
                else if (json.ValueTextEquals(ContentOf(shape)))
                {
                    json.Read();
                    hasContent = json.TokenType == JsonTokenType.StartArray;
                    ReadContent(ref json, shape, body, report);
                }
                else
                {
                    json.Skip();
                }
            }

            if (shape is WireShape.Messages or WireShape.Responses)
            {
                var finish = FinishWords.Of(shape, word);

                report.End(finish == AnswerFinish.Failed ? finish : !hasContent ? AnswerFinish.None : shape == WireShape.Responses ? Answered(finish) : finish);
            }

            return json.Read() ? null : report;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> ContentOf(WireShape shape) => shape switch
    {
        WireShape.Messages => "content"u8,
        WireShape.Responses => "output"u8,
        WireShape.Embeddings => "data"u8,
        _ => "choices"u8,
    };

    private static ReadOnlySpan<byte> WordOf(WireShape shape) => shape switch
    {
        WireShape.Messages => "stop_reason"u8,
        WireShape.Responses => "status"u8,
        _ => default,
    };

    /// <summary>The reader stands on the value, and ends on its end.</summary>
    private static void ReadContent(ref Utf8JsonReader json, WireShape shape, ReadOnlySpan<byte> body, AnswerReport report)
    {
        if (json.TokenType != JsonTokenType.StartArray || shape == WireShape.Messages)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            report.HasContent = true;
            switch (shape)
            {
                case WireShape.Responses:
                    report.Usage.ReadItem(ref json);
                    break;
                case WireShape.Chat when json.TokenType == JsonTokenType.StartObject:
                    ReadChoice(ref json, body, report);
                    break;
                default:
                    report.End(shape == WireShape.Embeddings ? AnswerFinish.Whole : AnswerFinish.None);
                    json.Skip();
                    break;
            }
        }
    }

    private static void ReadChoice(ref Utf8JsonReader json, ReadOnlySpan<byte> body, AnswerReport report)
    {
        var (finish, hasMessage) = (AnswerFinish.None, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("finish_reason"u8))
            {
                finish = FinishWords.Of(WireShape.Chat, ReadText(ref json));
            }
            else if (json.ValueTextEquals("message"u8))
            {
                json.Read();
                hasMessage = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                report.Fail(ToldError.Read(ref json, body));
            }
            else
            {
                json.Skip();
            }
        }

        report.End(finish == AnswerFinish.Failed ? finish : hasMessage ? Answered(finish) : AnswerFinish.None);
    }

    /// <summary>Small servers of OpenAI's shapes leave the reason out of what came whole: an answer, and none to keep.</summary>
    private static AnswerFinish Answered(AnswerFinish finish) => finish == AnswerFinish.None ? AnswerFinish.Odd : finish;

    private static string? ReadText(ref Utf8JsonReader name)
    {
        name.Read();
        var text = name.TokenType == JsonTokenType.String ? name.GetString() : null;
        name.Skip();
        return text;
    }
}
