using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// One attention, tile by tile: what a query has gathered is scaled down whenever a tile brings a greater score (Milakov and
/// Gimelshein 2018, "Online normalizer calculation for softmax"; Dao et al. 2022, "FlashAttention").
/// </summary>
/// <remarks>
/// The products use the session's threads themselves and must not be called from one of them, so this runs on the node's
/// thread, and what lies between two products is spread over the threads.
/// </remarks>
internal unsafe struct AttentionCall
{
    /// <summary>Queries that one thread takes at a time.</summary>
    private const int Strip = 32;

    private const float Log2E = 1.44269504f;

    public AttentionShape Shape;
    public float Scale;
    public float* Query;
    public float* Key;
    public float* Value;
    public OperatorOutput Output;
    public AttentionBuffers Buffers;

    private int _queryTile;
    private int _keyTile;
    private int _head;
    private int _heads;

    private readonly int Rows => Shape.QueriesOf(_queryTile);

    private readonly int Strips => (Rows + Strip - 1) / Strip;

    /// <summary>Runs it. Steps: 1. round, 2. scores, 3. weights, 4. weighted values, 5. gather them, 6. divide.</summary>
    public void Run(nint context, IntegerMatMul scores, IntegerMatMul sums)
    {
        fixed (AttentionCall* call = &this)
        {
            OrtNative.ParallelFor(context, &Round, Shape.AllHeads, call);
            for (_queryTile = 0; _queryTile < Shape.QueryTiles; _queryTile++)
            {
                for (_head = 0; _head < Shape.AllHeads; _head += _heads)
                {
                    _heads = Math.Min(Shape.HeadsTogether, Shape.AllHeads - _head);
                    new Span<QueryState>(Buffers.States, _heads * Rows).Fill(new QueryState { Greatest = float.NegativeInfinity });
                    for (_keyTile = 0; _keyTile < Shape.KeyTiles; _keyTile++)
                    {
                        scores.Multiply(
                            context, QueryTile(), KeyTile(Buffers.Keys), Buffers.Scores, _heads, Rows, Shape.Head, Shape.KeysOf(_keyTile));
                        OrtNative.ParallelFor(context, &Weigh, _heads * Strips, call);
                        sums.Multiply(
                            context, Buffers.Weights, KeyTile(Buffers.Values), Buffers.Sums, _heads, Rows, Shape.KeysOf(_keyTile), Shape.Head);
                        OrtNative.ParallelFor(context, &Gather, _heads * Strips, call);
                    }
                }
            }
        }
    }

    private readonly byte* QueryTile() =>
        Buffers.Queries + ((long)_queryTile * AttentionShape.TileQueries * Shape.AllHeads + (long)_head * Rows) * Shape.Head;

    private readonly sbyte* KeyTile(sbyte* tiles) =>
        tiles + ((long)_keyTile * AttentionShape.TileKeys * Shape.AllHeads + (long)_head * Shape.KeysOf(_keyTile)) * Shape.Head;

    [UnmanagedCallersOnly]
    private static void Round(void* state, nuint head)
    {
        var call = (AttentionCall*)state;
        AttentionRounding.Queries(call->Shape, call->Query, (int)head, call->Buffers);
        AttentionRounding.Keys(call->Shape, call->Key, (int)head, call->Buffers);
        AttentionRounding.Values(call->Shape, call->Value, (int)head, call->Buffers);
    }

    [UnmanagedCallersOnly]
    private static void Weigh(void* state, nuint index)
    {
        var call = (AttentionCall*)state;
        var (head, strip) = Math.DivRem((int)index, call->Strips);
        int rows = call->Rows, keys = call->Shape.KeysOf(call->_keyTile), end = Math.Min(rows, (strip + 1) * Strip);
        float* worths = call->Buffers.QueryScales + (long)(call->_head + head) * call->Shape.Queries + call->_queryTile * AttentionShape.TileQueries;
        float worth = call->Buffers.KeyScales[call->_head + head] * call->Scale * Log2E;
        for (int r = strip * Strip; r < end; r++)
        {
            long row = (long)head * rows + r;
            TileSoftmax.Weigh(
                call->Buffers.Scores + row * keys, keys, worths[r] * worth, call->Buffers.Weights + row * keys, ref call->Buffers.States[row]);
        }
    }

    /// <summary>Adds a tile's weighted values, and after the last tile divides by the weights' sum.</summary>
    [UnmanagedCallersOnly]
    private static void Gather(void* state, nuint index)
    {
        var call = (AttentionCall*)state;
        var (head, strip) = Math.DivRem((int)index, call->Strips);
        int rows = call->Rows, channels = call->Shape.Head, end = Math.Min(rows, (strip + 1) * Strip);
        bool isFirst = call->_keyTile == 0, isLast = call->_keyTile == call->Shape.KeyTiles - 1;
        var worth = new ReadOnlySpan<float>(call->Buffers.ValueScales + (long)(call->_head + head) * channels, channels);
        for (int r = strip * Strip; r < end; r++)
        {
            long row = (long)head * rows + r;
            ref var query = ref call->Buffers.States[row];
            var sums = new ReadOnlySpan<int>(call->Buffers.Sums + row * channels, channels);
            var gathered = new Span<float>(call->Buffers.Gathered + row * channels, channels);
            if (isFirst)
            {
                TensorPrimitives.ConvertTruncating(sums, gathered);
            }
            else
            {
                AddScaled(gathered, query.Keep, sums, query.Share);
            }

            if (isLast)
            {
                call->Finish(head, r, gathered, 1 / query.Sum, worth);
            }
        }
    }

    /// <summary>Writes what a query has gathered, divided by its weights' sum; it is spent then.</summary>
    private readonly void Finish(int head, int row, Span<float> gathered, float share, ReadOnlySpan<float> worth)
    {
        long start = Shape.Start(_head + head, Shape.Queries, _queryTile * AttentionShape.TileQueries + row);
        var output = Output.Bytes is null ? new Span<float>(Output.Floats + start, gathered.Length) : gathered;
        TensorPrimitives.Multiply(gathered, share, output);
        TensorPrimitives.Multiply(output, worth, output);
        if (Output.Bytes is not null)
        {
            fixed (float* floats = gathered)
            {
                Output.Grid.Round(floats, gathered.Length, Output.Bytes + start);
            }
        }
    }

    /// <summary>gathered = gathered·keep + sums·share.</summary>
    private static void AddScaled(Span<float> gathered, float keep, ReadOnlySpan<int> sums, float share)
    {
        for (int c = 0; c < gathered.Length; c++)
        {
            gathered[c] = gathered[c] * keep + sums[c] * share;
        }
    }
}
