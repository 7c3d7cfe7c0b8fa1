using System.Numerics;
using System.Numerics.Tensors;
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
    private byte[] _distances = [];
    private ushort[] _values = [];
    private float[] _scales = [];
    private byte[][] _texts = [];
    private EmbeddedText[] _embedded = [];
    private CacheKey[] _keys = [];
    private long[] _until = [];

    /// <summary>How many entries it has.</summary>
    public int Count { get; private set; }

    /// <summary>The 64-bit words that the signs of an embedding take: an even number, so that they are taken in pairs.</summary>
    public static int WordsOf(int dimensions) => (dimensions + 127) / 128 * 2;

    /// <summary>The key of an entry.</summary>
    public CacheKey KeyOf(int slot) => _keys[slot];

    /// <summary>Adds an entry.</summary>
    public void Add(CacheKey key, ReadOnlySpan<float> values, ReadOnlySpan<byte> text, EmbeddedText embedded, long until, ScopeCentre centre)
    {
        if (Count == _keys.Length)
        {
            Grow(Math.Min(Full, Math.Max(4, Count * 2)));
        }

        See(Count, values, centre);
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
        (_distances[slot], _scales[slot]) = (last._distances[from], last._scales[from]);
        (_keys[slot], _texts[slot], _embedded[slot], _until[slot]) = (last._keys[from], last._texts[from], last._embedded[from], last._until[from]);
        last._texts[from] = [];
    }

    /// <summary>Adds all embeddings to a sum.</summary>
    public void Sum(Span<float> sum)
    {
        Span<float> values = stackalloc float[dimensions];
        for (var slot = 0; slot < Count; slot++)
        {
            Values(slot, values);
            TensorPrimitives.Add(sum, values, sum);
        }
    }

    /// <summary>Takes the signs from another centre.</summary>
    public void See(ScopeCentre centre)
    {
        Span<float> values = stackalloc float[dimensions];
        for (var slot = 0; slot < Count; slot++)
        {
            Values(slot, values);
            See(slot, values, centre);
        }
    }

    /// <summary>Looks through all entries.</summary>
    /// <remarks>It is compiled for good at once: in the runtime's first, quick form a look-up took twice as long for its first seconds.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scan(in SignScan scan)
    {
        ref var entry = ref MemoryMarshal.GetArrayDataReference(_signs);
        ref var distance = ref MemoryMarshal.GetArrayDataReference(_distances);
        ref var signs = ref MemoryMarshal.GetReference(scan.Signs);
        ref var most = ref MemoryMarshal.GetReference(scan.MostUnlike);
        for (var slot = 0; slot < Count; slot++)
        {
            var unlike = 0;
            for (var word = 0; word < _words; word += 2)
            {
                unlike += BitOperations.PopCount(Unsafe.Add(ref entry, word) ^ Unsafe.Add(ref signs, word))
                    + BitOperations.PopCount(Unsafe.Add(ref entry, word + 1) ^ Unsafe.Add(ref signs, word + 1));
            }

            entry = ref Unsafe.Add(ref entry, _words);
            if (unlike <= Unsafe.Add(ref most, Unsafe.Add(ref distance, slot)) && _until[slot] > scan.Now)
            {
                Look(slot, in scan);
            }
        }
    }

    private void Look(int slot, in SignScan scan)
    {
        var cosine = BrainFloats.Dot(scan.Query, _values.AsSpan(slot * dimensions, dimensions)) * _scales[slot];
        if (scan.Takes(cosine))
        {
            scan.Add(new VectorCandidate(_keys[slot], cosine, Encoding.UTF8.GetString(_texts[slot]), _embedded[slot]));
        }
    }

    private void See(int slot, ReadOnlySpan<float> values, ScopeCentre centre)
    {
        centre.Signs(values, _signs.AsSpan(slot * _words, _words));
        _distances[slot] = ScopeCentre.KindOf(centre.Distance(values));
    }

    private void Values(int slot, Span<float> values)
    {
        BrainFloats.Widen(_values.AsSpan(slot * dimensions, dimensions), values);
        TensorPrimitives.Multiply(values, _scales[slot], values);
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _signs, capacity * _words);
        Array.Resize(ref _distances, capacity);
        Array.Resize(ref _values, capacity * dimensions);
        Array.Resize(ref _scales, capacity);
        Array.Resize(ref _texts, capacity);
        Array.Resize(ref _embedded, capacity);
        Array.Resize(ref _keys, capacity);
        Array.Resize(ref _until, capacity);
    }
}
