using System.Numerics;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// About how often keys were asked for lately: a count-min sketch of 4-bit counters that are halved now and then, as in
/// TinyLFU (Einziger, Friedman, Manes: "TinyLFU: A Highly Efficient Cache Admission Policy", 2017). One thread at a time.
/// </summary>
internal sealed class FrequencySketch
{
    private const int Depth = 4;
    private const int MaxCount = 15;
    private const int UsesPerEntry = 10;

    private readonly byte[] _counters;
    private readonly int _mask;
    private readonly int _sampleSize;
    private int _uses;

    /// <summary>Makes a sketch for about so many entries.</summary>
    public FrequencySketch(int entries)
    {
        int width = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(entries, 64, 1 << 22));
        _counters = new byte[width * Depth];
        _mask = width - 1;
        _sampleSize = width * UsesPerEntry;
    }

    /// <summary>Counts a use.</summary>
    public void Count(int hash)
    {
        bool rose = false;
        for (int row = 0; row < Depth; row++)
        {
            ref byte counter = ref _counters[Place(hash, row)];
            if (counter < MaxCount)
            {
                counter++;
                rose = true;
            }
        }

        if (rose && ++_uses >= _sampleSize)
        {
            Age();
        }
    }

    /// <summary>Estimates how often a key was used, 0 to 15.</summary>
    public int Estimate(int hash)
    {
        int least = MaxCount;
        for (int row = 0; row < Depth; row++)
        {
            least = Math.Min(least, _counters[Place(hash, row)]);
        }

        return least;
    }

    private int Place(int hash, int row)
    {
        uint mixed = (uint)hash + (uint)row * 0x9E3779B9u;
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6Bu;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35u;
        return (row * (_mask + 1)) + (int)((mixed ^ (mixed >> 16)) & (uint)_mask);
    }

    private void Age()
    {
        for (int i = 0; i < _counters.Length; i++)
        {
            _counters[i] >>= 1;
        }

        _uses /= 2;
    }
}
