using System.Buffers;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Translation.Streams;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Bridging;

/// <summary>One attempt whose request, answer, errors and stream are translated.</summary>
/// <param name="request">The request in the provider's shape, and what was left out of it.</param>
/// <param name="body">Its bytes.</param>
/// <param name="answer">Translates a whole answer, with what is booked where it has no count.</param>
/// <param name="error">Translates an error of a status.</param>
/// <param name="stream">Translates the stream; used by this attempt alone.</param>
/// <param name="then">Translates what that gave into the client's shape; null where it is that already.</param>
internal sealed class BridgedAttempt(
    TranslatedRequest request,
    ReadOnlyMemory<byte> body,
    Func<ReadOnlyMemory<byte>, Func<TokenUsage?>, byte[]> answer,
    Func<int, ReadOnlyMemory<byte>, TranslatedError> error,
    StreamTranslator stream,
    StreamTranslator? then = null) : IBridgedAttempt
{
    private readonly ArrayBufferWriter<byte> _events = new();
    private readonly ArrayBufferWriter<byte> _between = new();

    public ReadOnlyMemory<byte> Body { get; } = body;

    public IReadOnlyList<string> Dropped { get; } = request.Dropped;

    public bool IsBroken => stream.State == StreamState.Broken || then?.State == StreamState.Broken;

    public Func<TokenCounts?>? Uncounted
    {
        get;
        set
        {
            field = value;
            (then ?? stream).Uncounted = value is null ? null : () => Told(value);
        }
    }

    public ReadOnlyMemory<byte> ConvertAnswer(ReadOnlyMemory<byte> body, Func<TokenCounts?> uncounted)
    {
        try
        {
            return answer(body, () => Told(uncounted));
        }
        catch (AnswerUnreadableException error)
        {
            throw error.IsTheModels ? new ModelAnswerException(error.Message, error) : new InvalidDataException(error.Message, error);
        }
    }

    public (int Status, ReadOnlyMemory<byte> Body) ConvertError(int status, ReadOnlyMemory<byte> body)
    {
        var translated = error(status, body);
        return (translated.Status, translated.Body);
    }

    public ReadOnlyMemory<byte> ConvertEvent(ReadOnlyMemory<byte> data)
    {
        var to = Begin();
        stream.WriteEvent(data, to);
        return Through();
    }

    public ReadOnlyMemory<byte> Finish()
    {
        var to = Begin();
        stream.End(to);
        Through();
        then?.End(_events);
        return _events.WrittenMemory;
    }

    public ReadOnlyMemory<byte> Break(string code, string message)
    {
        Begin();
        (then ?? stream).Fail(code, message, _events);
        return _events.WrittenMemory;
    }

    private static TokenUsage? Told(Func<TokenCounts?> uncounted) => uncounted() is { } counts ? UsageJson.Of(counts) : null;

    private ArrayBufferWriter<byte> Begin()
    {
        _events.ResetWrittenCount();
        _between.ResetWrittenCount();
        return then is null ? _events : _between;
    }

    private ReadOnlyMemory<byte> Through()
    {
        then?.Write(_between.WrittenSpan, _events);
        return _events.WrittenMemory;
    }
}
