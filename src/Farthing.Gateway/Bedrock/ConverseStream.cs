using Amazon.Runtime.EventStreams;
using Amazon.Runtime.EventStreams.Internal;

namespace Farthing.Gateway.Bedrock;

/// <summary>A response of ConverseStream, which comes in AWS's binary frames, read as server-sent events. Frames and checksums are AWS's own library's work.</summary>
internal sealed class ConverseStream : Stream
{
    private const int ReadBytes = 16 * 1024;
    private readonly HttpResponseMessage _response;
    private readonly ConverseEvents _events;
    private readonly EventStreamDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[ReadBytes];
    private Stream? _source;
    private byte[] _ready = [];
    private int _given;
    private bool _isOver;
    private InvalidDataException? _broken;

    /// <summary>Takes a response over.</summary>
    public ConverseStream(HttpResponseMessage response, ConverseEvents events)
    {
        (_response, _events) = (response, events);
        _decoder.MessageReceived += (_, found) => Take(found.Message);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A frame is broken.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _source ??= await _response.Content.ReadAsStreamAsync(cancellationToken);
        while (_given == _ready.Length && !_isOver)
        {
            if (_broken is not null)
            {
                throw _broken;
            }

            int count = await _source.ReadAsync(_buffer, cancellationToken);
            if (count == 0)
            {
                _isOver = true;
                _events.End();
            }
            else
            {
                Decode(count);
            }

            (_ready, _given) = (_events.Take(), 0);
        }

        int length = Math.Min(buffer.Length, _ready.Length - _given);
        _ready.AsMemory(_given, length).CopyTo(buffer);
        _given += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A provider's stream is read without blocking a thread.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

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
            // What came whole before it is given away first.
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
