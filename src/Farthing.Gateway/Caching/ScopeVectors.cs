using System.Numerics.Tensors;

namespace Farthing.Gateway.Caching;

/// <summary>The entries of one scope, in pages. Its index guards it.</summary>
/// <param name="key">The scope.</param>
/// <param name="dimensions">Values of an embedding.</param>
internal sealed class ScopeVectors(CacheKey key, int dimensions)
{
    // The middle of so many is looked for again when there are eight times as many, until it hardly moves.
    private const int FirstCentred = 512, LastCentred = 32_768, Growth = 8;

    private readonly List<VectorPage> _pages = [];
    private ScopeCentre _centre = ScopeCentre.Origin(dimensions);
    private int _nextCentred = FirstCentred;

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

        _pages[^1].Add(entry, vector.Values, text, vector.Embedded, until, _centre);
        if (Count >= _nextCentred && _nextCentred <= LastCentred)
        {
            Centre();
            _nextCentred *= Growth;
        }

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
        Span<int> most = stackalloc int[256];
        var scan = new SignScan(query, _centre, now, nearest, signs, most);
        foreach (var page in _pages)
        {
            page.Scan(in scan);
        }
    }

    /// <summary>Sees all entries from their middle.</summary>
    private void Centre()
    {
        var middle = new float[dimensions];
        foreach (var page in _pages)
        {
            page.Sum(middle);
        }

        TensorPrimitives.Divide(middle, Count, middle);
        _centre = new ScopeCentre(middle);
        foreach (var page in _pages)
        {
            page.See(_centre);
        }
    }
}
