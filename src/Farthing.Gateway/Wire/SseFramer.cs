using System.Buffers;

namespace Farthing.Gateway.Wire;

/// <summary>One event of a stream.</summary>
/// <param name="Raw">Its bytes as they came, with the blank line that ends it.</param>
/// <param name="Data">What stands after <c>data:</c>, lines joined; empty for a comment.</param>
public readonly record struct SseEvent(ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte> Data);

/// <summary>Cuts the bytes of a server-sent event stream into events, however they arrive.</summary>
/// <remarks>https://html.spec.whatwg.org/multipage/server-sent-events.html; lines end in LF or CR LF.</remarks>
public sealed class SseFramer
{
    /// <summary>A longer event is an error: the stream is none.</summary>
    public const int MaxEventBytes = 16 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(8 * 1024);
    private int _start;
    private int _scanned;

    /// <summary>Whether bytes are left that make no whole event.</summary>
    public bool HasRest => _start < _buffer.WrittenCount;

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

        if (_buffer.WrittenCount - _start + bytes.Length > MaxEventBytes)
        {
            throw new InvalidDataException($"an event of the stream is longer than {MaxEventBytes} bytes.");
        }

        _buffer.Write(bytes);
    }

    /// <summary>The next whole event; false when more bytes are needed.</summary>
    public bool TryRead(out SseEvent found)
    {
        var span = _buffer.WrittenSpan;
        while (span[_scanned..].IndexOf((byte)'\n') is >= 0 and var offset)
        {
            var end = _scanned + offset + 1;
            var line = span[_scanned..end];
            _scanned = end;
            if (line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'])
            {
                var raw = _buffer.WrittenMemory[_start..end];
                _start = end;
                found = new SseEvent(raw, DataOf(raw));
                return true;
            }
        }

        // What was seen of a line without an end is looked at again.
        found = default;
        return false;
    }

    private static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> raw)
    {
        ReadOnlyMemory<byte> first = default;
        ArrayBufferWriter<byte>? joined = null;
        var from = 0;
        var seen = false;
        while (from < raw.Length)
        {
            var length = raw.Span[from..].IndexOf((byte)'\n');
            var line = raw.Slice(from, length < 0 ? raw.Length - from : length);
            from += line.Length + 1;
            if (!line.Span.StartsWith("data:"u8))
            {
                continue;
            }

            var data = line[(line.Span is [_, _, _, _, _, (byte)' ', ..] ? 6 : 5)..];
            data = data.Span is [.., (byte)'\r'] ? data[..^1] : data;
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
