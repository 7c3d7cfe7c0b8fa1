using System.Net;

namespace Farthing.Gateway.Calls;

/// <summary>The body of an attempt. It knows whether it was sent: from then on the provider may work, and bills it, whatever comes back.</summary>
/// <param name="body">The body.</param>
internal sealed class PromptContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private PromptContent? _inItsPlace;
    private bool _isSent;

    /// <summary>Whether all of it was handed to a connection.</summary>
    public bool IsSent => _inItsPlace?.IsSent ?? Volatile.Read(ref _isSent);

    /// <summary>What is sent in its place, where it was read and translated.</summary>
    public PromptContent As(ReadOnlyMemory<byte> translated) => _inItsPlace = new PromptContent(translated);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(body, cancellationToken);
        Volatile.Write(ref _isSent, true);
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
