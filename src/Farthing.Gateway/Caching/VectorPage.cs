using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Some entries of one scope. Of each: its embedding as <see cref="BrainFloats"/>, the signs of its embedding as bits, by which a scan passes
/// over what can't be near, and its text. The page grows up to its full size; a scope has many.
/// </summary>
/// <param name="dimensions">Values of an embedding.</param>
internal sealed class VectorPage(int dimensions)
{
    /// <summary>Entries of a full page.</summary>
    public const int Full = 4096;

    private readonly int _words = WordsOf(dimensions);
    private ulong[] _signs = [];
    private ushort[] _values = [];
    private float[] _scales = [];
    private byte[][] _texts = [];
    private EmbeddedText[] _embedded = [];
    private CacheKey[] _keys = [];
    private long[] _until = [];

    /// <summary>How many entries it has.</summary>
    public int Count { get; private set; }

    /// <summary>The 64-bit words that the signs of an embedding take.</summary>
    public static int WordsOf(int dimensions) => (dimensions + 63) / 64;

    /// <summary>The signs of an embedding, a bit each.</summary>
    public static void Signs(ReadOnlySpan<float> values, Span<ulong> signs)
    {
        signs.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            signs[i >> 6] |= values[i] > 0 ? 1UL << i : 0;
        }
    }

    /// <summary>The key of an entry.</summary>
    public CacheKey KeyOf(int slot) => _keys[slot];

    /// <summary>Adds an entry.</summary>
    public void Add(CacheKey key, ReadOnlySpan<float> values, ReadOnlySpan<byte> text, EmbeddedText embedded, long until)
    {
        if (Count == _keys.Length)
        {
            Grow(Math.Min(Full, Math.Max(4, Count * 2)));
        }

        Signs(values, _signs.AsSpan(Count * _words, _words));
        BrainFloats.Narrow(values, _values.AsSpan(Count * dimensions, dimensions));
        _scales[Count] = 1 / BrainFloats.Norm(_values.AsSpan(Count * dimensions, dimensions));
        (_keys[Count], _texts[Count], _embedded[Count], _until[Count]) = (key, text.ToArray(), embedded, until);
        Count++;
    }

    /// <summary>Puts the last entry of a page into a slot of this one, and takes it off that page.</summary>
    public void Fill(int slot, VectorPage last)
    {
        var from = --last.Count;
        last._signs.AsSpan(from * _words, _words).CopyTo(_signs.AsSpan(slot * _words));
        last._values.AsSpan(from * dimensions, dimensions).CopyTo(_values.AsSpan(slot * dimensions));
        (_keys[slot], _texts[slot], _embedded[slot], _until[slot], _scales[slot]) = (last._keys[from], last._texts[from], last._embedded[from], last._until[from], last._scales[from]);
        last._texts[from] = [];
    }

    /// <summary>Looks through all entries.</summary>
    /// <param name="query">The embedding, of norm 1.</param>
    /// <param name="signs">Its signs.</param>
    /// <param name="bound">By how many unlike signs entries are passed over.</param>
    /// <param name="now">Entries that end before are passed over.</param>
    /// <param name="nearest">Gets what is near enough.</param>
    public void Scan(ReadOnlySpan<float> query, ReadOnlySpan<ulong> signs, SignBound bound, long now, NearestCandidates nearest)
    {
        ref var all = ref MemoryMarshal.GetArrayDataReference(_signs);
        var mostUnlike = bound.MostUnlike(nearest.Least);
        for (var slot = 0; slot < Count; slot++)
        {
            if (Unlike(ref Unsafe.Add(ref all, slot * _words), signs) > mostUnlike || _until[slot] <= now)
            {
                continue;
            }

            var cosine = BrainFloats.Dot(query, _values.AsSpan(slot * dimensions, dimensions)) * _scales[slot];
            if (nearest.Takes(cosine))
            {
                nearest.Add(new VectorCandidate(_keys[slot], cosine, Encoding.UTF8.GetString(_texts[slot]), _embedded[slot]));

                // Where there are enough, only what is nearer counts from now on.
                mostUnlike = bound.MostUnlike(nearest.Least);
            }
        }
    }

    private static int Unlike(ref ulong stored, ReadOnlySpan<ulong> signs)
    {
        var unlike = 0;
        for (var i = 0; i < signs.Length; i++)
        {
            unlike += BitOperations.PopCount(Unsafe.Add(ref stored, i) ^ signs[i]);
        }

        return unlike;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _signs, capacity * _words);
        Array.Resize(ref _values, capacity * dimensions);
        Array.Resize(ref _scales, capacity);
        Array.Resize(ref _texts, capacity);
        Array.Resize(ref _embedded, capacity);
        Array.Resize(ref _keys, capacity);
        Array.Resize(ref _until, capacity);
    }
}
