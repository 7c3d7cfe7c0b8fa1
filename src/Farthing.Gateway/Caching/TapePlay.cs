using System.IO.Pipelines;

namespace Farthing.Gateway.Caching;

/// <summary>One client's playing of a stream. The provider's call goes on while anybody plays it.</summary>
/// <param name="tape">The stream.</param>
/// <param name="leave">Says that the client is done with it.</param>
/// <param name="heard">Called when the client has it whole; null where nobody wants to know.</param>
public sealed class TapePlay(StreamTape tape, Action leave, Action<CachedAnswer>? heard) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>Plays it to the client.</summary>
    public async Task PlayAsync(PipeWriter to, CancellationToken client)
    {
        if (await tape.PlayAsync(to, client) && tape.Answer is { } answer)
        {
            heard?.Invoke(answer);
        }
    }

    /// <summary>Lets the stream go.</summary>
    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
