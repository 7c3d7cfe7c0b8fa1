using System.Buffers;
using System.Text;

namespace Farthing.Gateway.Wire;

/// <summary>One event of a stream.</summary>
/// <param name="Raw">Its bytes as they came, with the blank line that ends it.</param>
/// <param name="Data">What stands after <c>data:</c>, lines joined; empty for a comment.</param>
public readonly record struct SseEvent(ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte> Data);

/// <summary>
/// Cuts the bytes of a server-sent event stream into events, however they arrive. .NET's own parser pulls from a stream; here the bytes are pushed, on the
/// way to a client, and nothing may wait.
/// </summary>
/// <remarks>https://html.spec.whatwg.org/multipage/server-sent-events.html, "Parsing an event stream".</remarks>
/// <param name="maxEventBytes">A longer event is an error: the stream is none. Default 16 MiB.</param>
public sealed class SseFramer(int maxEventBytes = 16 * 1024 * 1024)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(8 * 1024);
    private int _start;
    private int _scanned;
    private int _mark;
    private bool _isPastStart;
    private bool _afterReturn;

    /// <summary>Whether bytes are left that make no whole event. A line feed alone is the rest of the CR LF that ended the last one.</summary>
    public bool HasRest => _buffer.WrittenSpan[_start..] is not ([] or [(byte)'\n']);

    /// <summary>Takes bytes. Events that were read before are no longer valid.</summary>
    /// <exception cref="InvalidDataException">An event is too long.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_start == _buffer.WrittenCount)
        {
            _buffer.ResetWrittenCount();
            (_start, _scanned) = (0, 0);
        }
        else if (_start > 64 * 1024)
        {
            var rest = _buffer.WrittenSpan[_start..].ToArray();
            _buffer.ResetWrittenCount();
            _buffer.Write(rest);
            (_start, _scanned) = (0, _scanned - _start);
        }

        if (_buffer.WrittenCount - _start + bytes.Length > maxEventBytes)
        {
            throw new InvalidDataException($"an event of the stream is longer than {maxEventBytes} bytes.");
        }

        _buffer.Write(bytes);
    }

    /// <summary>The next whole event; false when more bytes are needed.</summary>
    public bool TryRead(out SseEvent found)
    {
        var span = _buffer.WrittenSpan;
        PassFeed(span);
        while (span[_scanned..].IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var length)
        {
            var line = span.Slice(_scanned, length);
            if (!_isPastStart)
            {
                line = line[PassMark(line)..];
            }

            _scanned += length + 1;
            _afterReturn = span[_scanned - 1] == '\r';
            PassFeed(span);
            if (line.IsEmpty)
            {
                found = Take(_scanned);
                return true;
            }
        }

        // What was seen of a line without an end is looked at again.
        found = default;
        return false;
    }

    /// <summary>What the end of the stream leaves without its blank line, which counts, as in the providers' SDKs; false where nothing is left.</summary>
    public bool TryReadRest(out SseEvent found)
    {
        found = default;
        if (!HasRest)
        {
            return false;
        }

        if (!_isPastStart)
        {
            PassMark(_buffer.WrittenSpan);
        }

        found = Take(_buffer.WrittenCount);
        return true;
    }

    /// <summary>A return ends its line at once; where a feed follows, whenever that comes, it is of the same end.</summary>
    private void PassFeed(ReadOnlySpan<byte> span)
    {
        if (_afterReturn && _scanned < span.Length)
        {
            _afterReturn = false;
            _scanned += span[_scanned] == '\n' ? 1 : 0;
        }
    }

    /// <summary>The stream may begin with a byte order mark, which is of no line.</summary>
    private int PassMark(ReadOnlySpan<byte> line)
    {
        _isPastStart = true;
        return _mark = line.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
    }

    private SseEvent Take(int end)
    {
        var raw = _buffer.WrittenMemory[_start..end];
        var data = DataOf(raw[_mark..]);
        (_start, _scanned, _mark) = (end, end, 0);
        return new SseEvent(raw, data);
    }

    private static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> raw)
    {
        ReadOnlyMemory<byte> first = default;
        ArrayBufferWriter<byte>? joined = null;
        var from = 0;
        var seen = false;
        while (from < raw.Length)
        {
            // The feed of a CR LF makes an empty line, which says nothing here.
            var length = raw.Span[from..].IndexOfAny((byte)'\r', (byte)'\n');
            var line = raw.Slice(from, length < 0 ? raw.Length - from : length);
            from += line.Length + 1;
            if (!line.Span.StartsWith("data"u8) || (line.Length > 4 && line.Span[4] != ':'))
            {
                continue;
            }

            var data = line[(line.Span is [_, _, _, _, _, (byte)' ', ..] ? 6 : Math.Min(5, line.Length))..];
            if (!seen)
            {
                (first, seen) = (data, true);
                continue;
            }

            if (joined is null)
            {
                joined = new ArrayBufferWriter<byte>();
                joined.Write(first.Span);
            }

            joined.Write("\n"u8);
            joined.Write(data.Span);
        }

        return joined?.WrittenMemory ?? first;
    }
}
