namespace Farthing.Gateway.Keys;

/// <summary>What may be used in a minute: it fills evenly up to that. It may be overdrawn by what is known only afterwards.</summary>
/// <remarks>Safe for threads.</remarks>
/// <param name="perMinute">How much fills in a minute; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class MinuteBucket(int perMinute, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _level = perMinute;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes an amount where the bucket holds enough to begin.</summary>
    /// <param name="amount">How much is taken.</param>
    /// <param name="needed">How much must be there.</param>
    /// <returns>Null when it was taken; else how long until it can be.</returns>
    public TimeSpan? TryTake(double amount, double needed)
    {
        if (perMinute == 0)
        {
            return null;
        }

        lock (_gate)
        {
            Fill();
            if (_level >= needed)
            {
                _level -= amount;
                return null;
            }

            return TimeSpan.FromMinutes((needed - _level) / perMinute);
        }
    }

    /// <summary>Takes what turned out to be used; a negative amount is given back.</summary>
    public void Take(double amount)
    {
        if (perMinute != 0)
        {
            lock (_gate)
            {
                Fill();
                _level = Math.Min(perMinute, _level - amount);
            }
        }
    }

    /// <summary>Goes on where an earlier bucket of the same client is. What more a minute may have is there at once; what less, as soon as it is used up.</summary>
    public void CarryFrom(MinuteBucket earlier)
    {
        lock (earlier._gate)
        {
            // Up to now it filled as it was.
            earlier.Fill();
            (_level, _filledAt) = (Math.Min(perMinute, earlier._level + Math.Max(0, perMinute - earlier.Most)), earlier._filledAt);
        }
    }

    private int Most => perMinute;

    private void Fill()
    {
        var now = time.GetTimestamp();
        _level = Math.Min(perMinute, _level + (time.GetElapsedTime(_filledAt, now).TotalMinutes * perMinute));
        _filledAt = now;
    }
}
