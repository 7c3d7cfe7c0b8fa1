namespace Farthing.Gateway.Caching;

/// <summary>What the caches did since it was last taken, for the store to add up over all processes. Safe for threads.</summary>
public sealed class CacheTally
{
    /// <summary>Begins the name of a candidate that the guard refused; its reason follows.</summary>
    public const string Refused = "refused:";

    private readonly Lock _gate = new();
    private Dictionary<string, long> _counts = [];

    /// <summary>Counts one.</summary>
    internal void Add(string name)
    {
        lock (_gate)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>Takes all that was counted.</summary>
    internal IReadOnlyDictionary<string, long> Take()
    {
        lock (_gate)
        {
            var counts = _counts;
            _counts = [];
            return counts;
        }
    }

    /// <summary>Puts back what could not be kept.</summary>
    internal void PutBack(IReadOnlyDictionary<string, long> counts)
    {
        lock (_gate)
        {
            foreach (var (name, count) in counts)
            {
                _counts[name] = _counts.GetValueOrDefault(name) + count;
            }
        }
    }
}
