using System.Buffers;
using System.Globalization;
using System.Text;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>
/// Finds events in bytes as they come, however they are cut. Source: the HTML standard, "Parsing an event stream". .NET's own parser pulls
/// from a stream; here the bytes are pushed, on the way to a client, and nothing may wait.
/// One rule is relaxed, as in the providers' SDKs: an event that the end of the stream leaves without its empty line counts.
/// </summary>
/// <param name="maxEventBytes">The longest line, and the longest event. Default 8 MiB.</param>
public sealed class SseReader(int maxEventBytes = 8 * 1024 * 1024)
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private string _type = "";
    private bool _hasData;
    private bool _afterReturn;
    private bool _isPastStart;

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">Any part of the stream.</param>
    /// <param name="found">Gets each event that is complete.</param>
    /// <exception cref="SseTooLongException">A line or an event is longer than allowed.</exception>
    public void Feed(ReadOnlySpan<byte> bytes, Action<SseEvent> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        while (!bytes.IsEmpty)
        {
            if (_afterReturn)
            {
                _afterReturn = false;
                if (bytes[0] == '\n')
                {
                    bytes = bytes[1..];
                    continue;
                }
            }

            int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            Check(_line.WrittenCount + (long)part.Length);
            _line.Write(part);
            if (end < 0)
            {
                return;
            }

            _afterReturn = bytes[end] == '\r';
            bytes = bytes[(end + 1)..];
            EndLine(found);
        }
    }

    /// <summary>The stream is over: what is left counts as an event.</summary>
    /// <param name="found">Gets it.</param>
    public void End(Action<SseEvent> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (_line.WrittenCount > 0)
        {
            EndLine(found);
        }

        Dispatch(found);
    }

    private void EndLine(Action<SseEvent> found)
    {
        ReadOnlySpan<byte> line = _line.WrittenSpan;
        if (!_isPastStart)
        {
            _isPastStart = true;
            line = line.StartsWith(Encoding.UTF8.Preamble) ? line[3..] : line;
        }

        if (line.IsEmpty)
        {
            Dispatch(found);
        }
        else if (line[0] != ':')
        {
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> value = colon < 0 ? default : line[(colon + 1)..];
            Field(colon < 0 ? line : line[..colon], value is [(byte)' ', ..] ? value[1..] : value);
        }

        _line.ResetWrittenCount();
    }

    private void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("data"u8))
        {
            if (_hasData)
            {
                _data.Write("\n"u8);
            }

            Check(_data.WrittenCount + (long)value.Length);
            _data.Write(value);
            _hasData = true;
        }
        else if (name.SequenceEqual("event"u8))
        {
            _type = Encoding.UTF8.GetString(value);
        }
    }

    private void Dispatch(Action<SseEvent> found)
    {
        if (_hasData)
        {
            found(new SseEvent(_type, _data.WrittenMemory));
        }

        _data.ResetWrittenCount();
        (_hasData, _type) = (false, "");
    }

    private void Check(long length)
    {
        if (length > maxEventBytes)
        {
            throw new SseTooLongException(string.Create(
                CultureInfo.InvariantCulture, $"The stream has an event of more than {maxEventBytes} bytes."));
        }
    }
}
