using System.Diagnostics.CodeAnalysis;
using Farthing.Gateway.Calls;

namespace Farthing.Gateway.Caching;

/// <summary>What makes two calls one: the same request, wanted in the same way.</summary>
internal readonly record struct FlightKey(CacheKey Request, CacheOrder Order);

/// <summary>
/// One call that several clients wait for. It belongs to none of them: who leaves does not end it for the others, and when the
/// last one has left it is cancelled.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and the call may still look at its token.")]
internal sealed class Flight
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>What came of it.</summary>
    public Task<CallResult> Result { get; set; } = null!;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Stop { get; private init; }

    /// <summary>How many wait.</summary>
    public int Waiting { get; set; } = 1;

    private Flight() => Stop = _stop.Token;

    public static Flight New() => new();

    public void Cancel() => _stop.Cancel();
}

/// <summary>Lets equal calls that are made at the same time be one. Safe for threads.</summary>
internal sealed class SingleFlight
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FlightKey, Flight> _flights = [];
    private int _underWay;

    /// <summary>How many calls have begun and not ended, waited for or not.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _underWay;
            }
        }
    }

    /// <summary>How many clients wait for them.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _flights.Values.Sum(static flight => flight.Waiting);
            }
        }
    }

    /// <summary>Joins a call that is under way, or begins it.</summary>
    /// <param name="key">Which; null for one that nobody else may join.</param>
    /// <param name="begin">Makes the call; it is told the flight, whose end it must report with <see cref="End"/>.</param>
    /// <returns>The flight, and whether it was begun here.</returns>
    public (Flight Flight, bool IsLeader) Join(FlightKey? key, Func<Flight, Task<CallResult>> begin)
    {
        Flight flight;
        lock (_gate)
        {
            if (key is { } wanted && _flights.TryGetValue(wanted, out var found))
            {
                found.Waiting++;
                return (found, false);
            }

            flight = Flight.New();
            _underWay++;
            if (key is { } own)
            {
                _flights[own] = flight;
            }

            // Begun inside, so that who joins finds its task; on a thread of its own, so that nothing of it runs under the lock.
            flight.Result = Task.Run(() => begin(flight));
        }

        return (flight, true);
    }

    /// <summary>A client is done with it, served or gone.</summary>
    public void Leave(FlightKey? key, Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Waiting > 0)
            {
                return;
            }

            Remove(key, flight);
        }

        flight.Cancel();
    }

    /// <summary>The call is over: who comes now begins another.</summary>
    public void End(FlightKey? key, Flight flight)
    {
        lock (_gate)
        {
            _underWay--;
            Remove(key, flight);
        }
    }

    private void Remove(FlightKey? key, Flight flight)
    {
        if (key is { } own && _flights.TryGetValue(own, out var found) && ReferenceEquals(found, flight))
        {
            _flights.Remove(own);
        }
    }
}
