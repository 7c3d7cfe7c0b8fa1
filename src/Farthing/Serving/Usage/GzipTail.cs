using System.Buffers.Binary;

namespace Farthing.Serving.Usage;

/// <summary>
/// Remembers the last bytes of a gzip body, which are the length of what is packed in it (https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1): .NET's own reader is
/// content with a body that was cut off behind its last packed byte, or within its end.
/// </summary>
/// <param name="sent">The body as it was sent.</param>
internal sealed class GzipTail(Stream sent) : Stream
{
    private readonly byte[] _last = new byte[sizeof(uint)];

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the body that was read ends as one does that unpacks to so many bytes.</summary>
    public bool IsEndOf(int length) => BinaryPrimitives.ReadUInt32LittleEndian(_last) == (uint)length;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await sent.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = sent.Read(buffer, offset, count);
        Keep(buffer.AsSpan(offset, read));
        return read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Keep(ReadOnlySpan<byte> read)
    {
        int kept = Math.Min(read.Length, _last.Length);
        _last.AsSpan(kept).CopyTo(_last);
        read[^kept..].CopyTo(_last.AsSpan(_last.Length - kept));
    }
}
