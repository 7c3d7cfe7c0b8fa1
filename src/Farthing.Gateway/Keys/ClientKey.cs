using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Keys;

/// <summary>One virtual key: what it may ask for, and how often.</summary>
/// <param name="options">As configured.</param>
/// <param name="time">The clock.</param>
public sealed class ClientKey(ClientKeyOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _calls = options?.RequestsPerMinute ?? 0;
    private long _filledAt = time?.GetTimestamp() ?? 0;

    /// <summary>As configured.</summary>
    public ClientKeyOptions Options => options;

    /// <summary>Whether it may use a target, asked for by a client's own name of it.</summary>
    public bool Allows(string asked, ModelTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return options.Models.Count == 0 || options.Models.Any(allowed =>
            allowed == asked || allowed == target.ToString() || allowed == target.Model || allowed == target.Provider + "/*");
    }

    /// <summary>Takes one call from the bucket, which fills evenly up to a minute's calls.</summary>
    /// <returns>Null when there was one; else how long until there is.</returns>
    public TimeSpan? TryTake()
    {
        if (options.RequestsPerMinute == 0)
        {
            return null;
        }

        lock (_gate)
        {
            var now = time.GetTimestamp();
            var rate = options.RequestsPerMinute / 60.0;
            _calls = Math.Min(options.RequestsPerMinute, _calls + (time.GetElapsedTime(_filledAt, now).TotalSeconds * rate));
            _filledAt = now;
            if (_calls >= 1)
            {
                _calls--;
                return null;
            }

            return TimeSpan.FromSeconds((1 - _calls) / rate);
        }
    }
}
