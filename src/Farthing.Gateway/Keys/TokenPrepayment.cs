namespace Farthing.Gateway.Keys;

/// <summary>
/// What a virtual key's tokens a minute were asked for before a call. It comes back once: in the place of the first attempt's tokens, or when
/// the call is over where none was made. Safe for threads.
/// </summary>
/// <param name="key">The key.</param>
/// <param name="bytes">The length of the body, as it was taken for.</param>
public sealed class TokenPrepayment(ClientKey key, int bytes)
{
    private int _bytes = bytes;

    /// <summary>Counts the tokens of an attempt.</summary>
    internal void Count(long tokens) => key.Count(Interlocked.Exchange(ref _bytes, 0), tokens);

    /// <summary>The call is over.</summary>
    public void GiveBack() => Count(0);
}
