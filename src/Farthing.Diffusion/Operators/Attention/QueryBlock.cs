using System.Runtime.CompilerServices;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// Attention of up to 32 queries of one head over all keys, block by block, without the scores ever reaching memory: what a
/// query has gathered is scaled down whenever a block brings a greater score (Milakov and Gimelshein 2018, "Online normalizer
/// calculation for softmax"; Dao et al. 2022, "FlashAttention").
/// </summary>
internal static unsafe class QueryBlock
{
    private const float Log2E = 1.44269504f;

    /// <summary>Queries and keys as one head sees them.</summary>
    /// <param name="Shape">The call's sizes.</param>
    /// <param name="Keys">Packed keys.</param>
    /// <param name="KeyScale">Their scale.</param>
    /// <param name="Values">Packed values.</param>
    /// <param name="ValueScale">Their scale.</param>
    /// <param name="Scale">The factor of scores, such as 1/√head.</param>
    internal readonly record struct Head(
        AttentionShape Shape, nint Keys, float KeyScale, nint Values, float ValueScale, float Scale);

    /// <summary>Attends.</summary>
    /// <param name="head">The head.</param>
    /// <param name="queries">The first query, rows <see cref="AttentionShape.Width"/> apart.</param>
    /// <param name="count">Queries, 1 to 32.</param>
    /// <param name="output">The first query's output, rows as far apart.</param>
    [SkipLocalsInit]
    public static void Attend(in Head head, float* queries, int count, float* output)
    {
        const int most = AttentionShape.BlockQueries, block = AttentionShape.BlockKeys, tile = AttentionShape.TileQueries;
        var shape = head.Shape;
        int padded = shape.PaddedHead, pairs = padded / 2, rows = (count + tile - 1) / tile * tile;
        float* scores = stackalloc float[most * block];
        short* weights = stackalloc short[most * block];
        short* rounded = stackalloc short[most * padded];
        float* gathered = stackalloc float[most * padded];
        float* greatest = stackalloc float[most], sum = stackalloc float[most], scales = stackalloc float[most];
        float* keep = stackalloc float[most], share = stackalloc float[most];

        // 1. Queries as integers. Rows beyond the last query repeat it; their output is not kept.
        for (int r = 0; r < rows; r++)
        {
            float* query = queries + (long)Math.Min(r, count - 1) * shape.Width;
            float scale = AttentionPacking.Scale(query, 1, shape.Head, 0, shape.ScoreLevels);
            AttentionPacking.Round(query, shape.Head, padded, 1 / scale, rounded + r * padded);
            (scales[r], greatest[r], sum[r]) = (scale * head.KeyScale * head.Scale * Log2E, float.NegativeInfinity, 0);
        }

        new Span<float>(gathered, rows * padded).Clear();

        for (int first = 0; first < shape.Keys; first += block)
        {
            int valid = Math.Min(block, shape.Keys - first), wide = Math.Min(block, shape.PaddedKeys - first);

            // 2. The block's scores.
            for (int k = 0; k < wide; k += AttentionShape.TileKeys)
            {
                int* keys = (int*)head.Keys + (long)(first + k) * pairs;
                for (int r = 0; r < rows; r += tile)
                {
                    AttentionTiles.Scores((int*)(rounded + r * padded), pairs, keys, scales + r, scores + r * block + k);
                }
            }

            // 3. Their weights, and how much what was gathered counts beside them.
            for (int r = 0; r < rows; r++)
            {
                int level = BlockSoftmax.Weigh(scores + r * block, valid, wide, weights + r * block, out float top);
                float higher = MathF.Max(greatest[r], top), mine = float.Exp2(top - higher);
                keep[r] = float.Exp2(greatest[r] - higher);
                share[r] = mine * head.ValueScale;
                sum[r] = sum[r] * keep[r] + level * mine;
                greatest[r] = higher;
            }

            // 4. The values by these weights.
            int* values = (int*)head.Values + (long)first / 2 * padded;
            for (int r = 0; r < rows; r += tile)
            {
                Gather((int*)(weights + r * block), wide / 2, values, gathered + r * padded, padded, keep + r, share + r);
            }
        }

        // 5. Divided by the weights' sum. A query that is no number has such a scale, and must not give one.
        for (int r = 0; r < count; r++)
        {
            var from = new ReadOnlySpan<float>(gathered + r * padded, shape.Head);
            var to = new Span<float>(output + (long)r * shape.Width, shape.Head);
            System.Numerics.Tensors.TensorPrimitives.Multiply(from, 1 / sum[r] + 0 * scales[r], to);
        }
    }

    private static void Gather(int* weights, int pairs, int* values, float* gathered, int padded, float* keep, float* share)
    {
        int c = 0;
        for (; c <= padded - 64; c += 64)
        {
            AttentionTiles.Values64(weights, pairs, values + c, gathered + c, padded, keep, share);
        }

        for (; c < padded; c += 16)
        {
            AttentionTiles.Values16(weights, pairs, values + c, gathered + c, padded, keep, share);
        }
    }
}
