namespace Farthing.Diffusion.Operators.Attention;

/// <summary>One call's memory, cut out of one piece. Tiles of neighbouring heads lie one after the other, as products take them.</summary>
internal unsafe struct AttentionBuffers
{
    /// <summary>Queries: [query tile][head][query][channel].</summary>
    public byte* Queries;

    /// <summary>What a level of each query is worth: [head][query].</summary>
    public float* QueryScales;

    /// <summary>Keys, turned: [key tile][head][channel][key].</summary>
    public sbyte* Keys;

    /// <summary>What a level of each head's keys is worth.</summary>
    public float* KeyScales;

    /// <summary>Values: [key tile][head][key][channel].</summary>
    public sbyte* Values;

    /// <summary>What a level of each channel's values is worth: [head][channel].</summary>
    public float* ValueScales;

    /// <summary>Scores of a tile: [head][query][key].</summary>
    public int* Scores;

    /// <summary>Weights of a tile, as the scores.</summary>
    public byte* Weights;

    /// <summary>Weighted values of a tile: [head][query][channel].</summary>
    public int* Sums;

    /// <summary>What the queries of a tile have gathered, as the sums.</summary>
    public float* Gathered;

    /// <summary>How the queries of a tile stand: [head][query].</summary>
    public QueryState* States;

    /// <summary>Bytes that a shape needs.</summary>
    public static nuint Bytes(in AttentionShape shape)
    {
        AttentionBuffers none = default;
        return none.Cut(shape, null);
    }

    /// <summary>Cuts memory of <see cref="Bytes"/> bytes.</summary>
    public static AttentionBuffers Over(in AttentionShape shape, void* memory)
    {
        AttentionBuffers buffers = default;
        buffers.Cut(shape, (byte*)memory);
        return buffers;
    }

    private nuint Cut(in AttentionShape shape, byte* memory)
    {
        nuint used = 0;
        long heads = shape.AllHeads, together = shape.HeadsTogether;
        long rows = Math.Min(shape.Queries, AttentionShape.TileQueries), columns = Math.Min(shape.Keys, AttentionShape.TileKeys);
        Queries = (byte*)Take(heads * shape.Queries * shape.Head);
        QueryScales = (float*)Take(heads * shape.Queries * sizeof(float));
        Keys = (sbyte*)Take(heads * shape.Keys * shape.Head);
        KeyScales = (float*)Take(heads * sizeof(float));
        Values = (sbyte*)Take(heads * shape.Keys * shape.Head);
        ValueScales = (float*)Take(heads * shape.Head * sizeof(float));
        Scores = (int*)Take(together * rows * columns * sizeof(int));
        Weights = (byte*)Take(together * rows * columns);
        Sums = (int*)Take(together * rows * shape.Head * sizeof(int));
        Gathered = (float*)Take(together * rows * shape.Head * sizeof(float));
        States = (QueryState*)Take(together * rows * sizeof(QueryState));
        return used;

        byte* Take(long bytes)
        {
            byte* start = memory + used;
            used += ((nuint)bytes + 63) / 64 * 64;
            return start;
        }
    }
}

/// <summary>How a query stands between key tiles.</summary>
internal struct QueryState
{
    /// <summary>The greatest score so far, in powers of two.</summary>
    public float Greatest;

    /// <summary>The sum of the weights so far, in levels below the greatest score.</summary>
    public float Sum;

    /// <summary>What the gathered values count beside the next tile's.</summary>
    public float Keep;

    /// <summary>What a level of the tile's weights counts.</summary>
    public float Share;
}
