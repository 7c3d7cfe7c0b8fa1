namespace Farthing.Gateway.Calls;

/// <summary>
/// Numbers the attempts that are made under one request's id, whoever makes them: the ledger has one row a number, so no number is given
/// twice. Safe for threads.
/// </summary>
public sealed class AttemptNumbers
{
    private int _last;

    /// <summary>How many were given.</summary>
    public int Count => Volatile.Read(ref _last);

    /// <summary>The next one, from 1.</summary>
    internal int Next() => Interlocked.Increment(ref _last);
}
