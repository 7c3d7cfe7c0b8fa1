using System.Buffers;
using System.Text;

namespace Farthing.Ledger.Storage;

/// <summary>
/// Other people's text files, which must be UTF-8: a byte that is none ends the reading with a <see cref="DecoderFallbackException"/>. Read
/// as U+FFFD, two ids that differ would be one.
/// </summary>
internal static class StrictText
{
    /// <summary>Reads a stream from where it is, without the mark that some programs put first.</summary>
    public static StreamReader Open(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);

    /// <summary>The line, from 1, of a file's first byte that is no UTF-8: a reader is ahead of the lines that it gives.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="reached">The line that was reached, for a stream that can't be read again.</param>
    public static long FaultyLine(Stream stream, long reached)
    {
        if (!stream.CanSeek)
        {
            return reached;
        }

        stream.Position = 0;
        var buffer = new byte[64 * 1024];
        var (line, kept) = (1L, 0);
        while (true)
        {
            var read = stream.Read(buffer, kept, buffer.Length - kept);
            var bytes = buffer.AsSpan(0, kept + read);
            while (bytes.Length > 0)
            {
                var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
                if (status == OperationStatus.NeedMoreData && read > 0)
                {
                    break;
                }

                if (status != OperationStatus.Done)
                {
                    return line;
                }

                line += rune.Value == '\n' ? 1 : 0;
                bytes = bytes[length..];
            }

            if (read == 0)
            {
                return reached;
            }

            bytes.CopyTo(buffer);
            kept = bytes.Length;
        }
    }
}
