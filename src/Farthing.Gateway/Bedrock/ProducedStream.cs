namespace Farthing.Gateway.Bedrock;

/// <summary>A stream whose bytes are made while it is read. What goes wrong meanwhile is the reader's to see, who knows what was begun.</summary>
internal abstract class ProducedStream : Stream
{
    private ReadOnlyMemory<byte> _ready;
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes the next bytes; they may be none.</summary>
    /// <returns>The bytes, and whether they are the last.</returns>
    /// <exception cref="InvalidDataException">The source is not what it should be.</exception>
    protected abstract ValueTask<(ReadOnlyMemory<byte> Bytes, bool IsOver)> NextAsync(CancellationToken cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && !_isOver)
        {
            (_ready, _isOver) = await NextAsync(cancellationToken);
        }

        int length = Math.Min(buffer.Length, _ready.Length);
        _ready[..length].CopyTo(buffer);
        _ready = _ready[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A provider's answer is read without blocking a thread.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
