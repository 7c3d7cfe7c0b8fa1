namespace Farthing.Gateway.Caching;

/// <summary>The entries of one scope, in pages. Its index guards it.</summary>
/// <param name="key">The scope.</param>
/// <param name="dimensions">Values of an embedding.</param>
internal sealed class ScopeVectors(CacheKey key, int dimensions)
{
    private readonly List<VectorPage> _pages = [];
    private readonly SignBound _bound = SignBound.Of(dimensions);

    public CacheKey Key => key;

    public int Dimensions => dimensions;

    public int Count => _pages.Count == 0 ? 0 : ((_pages.Count - 1) * VectorPage.Full) + _pages[^1].Count;

    /// <summary>Adds an entry and says which one it is.</summary>
    public int Add(CacheKey entry, TextVector vector, ReadOnlySpan<byte> text, long until)
    {
        if (_pages.Count == 0 || _pages[^1].Count == VectorPage.Full)
        {
            _pages.Add(new VectorPage(dimensions));
        }

        _pages[^1].Add(entry, vector.Values, text, vector.Embedded, until);
        return Count - 1;
    }

    /// <summary>Removes an entry; the last one takes its place.</summary>
    /// <returns>The key of the one that moved; null where none did.</returns>
    public CacheKey? Remove(int slot)
    {
        var isLast = slot == Count - 1;
        var last = _pages[^1];
        _pages[slot / VectorPage.Full].Fill(slot % VectorPage.Full, last);
        CacheKey? moved = isLast ? null : _pages[slot / VectorPage.Full].KeyOf(slot % VectorPage.Full);
        if (last.Count == 0)
        {
            _pages.RemoveAt(_pages.Count - 1);
        }

        return moved;
    }

    /// <summary>Looks through all entries.</summary>
    public void Scan(ReadOnlySpan<float> query, long now, NearestCandidates nearest)
    {
        Span<ulong> signs = stackalloc ulong[VectorPage.WordsOf(dimensions)];
        VectorPage.Signs(query, signs);
        foreach (var page in _pages)
        {
            page.Scan(query, signs, _bound, now, nearest);
        }
    }
}
