using Amazon.Runtime.EventStreams;
using Amazon.Runtime.EventStreams.Internal;

namespace Farthing.Gateway.Bedrock;

/// <summary>A response of ConverseStream, which comes in AWS's binary frames, read as server-sent events. Frames and checksums are AWS's own library's work.</summary>
internal sealed class ConverseStream : ProducedStream
{
    private const int ReadBytes = 16 * 1024;
    private readonly HttpResponseMessage _response;
    private readonly ConverseEvents _events;
    private readonly EventStreamDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[ReadBytes];
    private Stream? _source;
    private InvalidDataException? _broken;

    /// <summary>Takes a response over.</summary>
    public ConverseStream(HttpResponseMessage response, ConverseEvents events)
    {
        (_response, _events) = (response, events);
        _decoder.MessageReceived += (_, found) => Take(found.Message);
    }

    protected override async ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsOver)> NextAsync(CancellationToken cancellationToken)
    {
        if (_broken is not null)
        {
            throw _broken;
        }

        _source ??= await _response.Content.ReadAsStreamAsync(cancellationToken);
        int count = await _source.ReadAsync(_buffer, cancellationToken);
        if (count == 0)
        {
            _events.End();
        }
        else
        {
            Decode(count);
        }

        return (_events.Take(), count == 0);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What came whole before a broken frame is given away first.</summary>
    private void Decode(int count)
    {
        try
        {
            _decoder.ProcessData(_buffer, 0, count);
        }
        catch (InvalidDataException error)
        {
            _broken = error;
        }
        catch (Exception error) when (error is EventStreamParseException or EventStreamChecksumFailureException or EventStreamValidationException
            or EventStreamDecoderIllegalStateException or ArgumentException or IndexOutOfRangeException or OverflowException or OutOfMemoryException)
        {
            _broken = new InvalidDataException("the stream has a frame that is broken.", error);
        }
    }

    private void Take(EventStreamMessage message)
    {
        switch (Header(message, ":message-type"))
        {
            case "event":
                _events.Event(Header(message, ":event-type"), message.Payload);
                break;
            case "exception":
                _events.Exception(Header(message, ":exception-type"), message.Payload);
                break;
            case "error":
                _events.Exception(Header(message, ":error-code"), message.Payload);
                break;
        }
    }

    private static string Header(EventStreamMessage message, string name) =>
        message.Headers.TryGetValue(name, out var header) && header.HeaderType == EventStreamHeaderType.String ? header.AsString() : "";
}
