using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// The two products of attention on register tiles of four queries by 64 keys or channels: sixteen sums stay in registers, and
/// each vpmaddwd makes 32 products. Twice the rate of float32's fused multiply-add, with an error of about 1 in 5,000.
/// </summary>
internal static unsafe class AttentionTiles
{
    /// <summary>Scores of four queries and 64 keys.</summary>
    /// <param name="queries">Four rows of channel pairs.</param>
    /// <param name="pairs">Pairs of channels.</param>
    /// <param name="keys">Four groups of 16 packed keys.</param>
    /// <param name="scales">What an integer score of each query is worth.</param>
    /// <param name="scores">Four rows, <see cref="AttentionShape.BlockKeys"/> apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scores(int* queries, int pairs, int* keys, float* scales, float* scores)
    {
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        int group = pairs * AttentionShape.Lanes;
        for (int p = 0; p < pairs; p++)
        {
            int* at = keys + p * AttentionShape.Lanes;
            var k0 = Vector512.Load(at).AsInt16();
            var k1 = Vector512.Load(at + group).AsInt16();
            var k2 = Vector512.Load(at + 2 * group).AsInt16();
            var k3 = Vector512.Load(at + 3 * group).AsInt16();
            var q = Vector512.Create(queries[p]).AsInt16();
            a0 += Avx512BW.MultiplyAddAdjacent(q, k0);
            a1 += Avx512BW.MultiplyAddAdjacent(q, k1);
            a2 += Avx512BW.MultiplyAddAdjacent(q, k2);
            a3 += Avx512BW.MultiplyAddAdjacent(q, k3);
            q = Vector512.Create(queries[pairs + p]).AsInt16();
            b0 += Avx512BW.MultiplyAddAdjacent(q, k0);
            b1 += Avx512BW.MultiplyAddAdjacent(q, k1);
            b2 += Avx512BW.MultiplyAddAdjacent(q, k2);
            b3 += Avx512BW.MultiplyAddAdjacent(q, k3);
            q = Vector512.Create(queries[2 * pairs + p]).AsInt16();
            c0 += Avx512BW.MultiplyAddAdjacent(q, k0);
            c1 += Avx512BW.MultiplyAddAdjacent(q, k1);
            c2 += Avx512BW.MultiplyAddAdjacent(q, k2);
            c3 += Avx512BW.MultiplyAddAdjacent(q, k3);
            q = Vector512.Create(queries[3 * pairs + p]).AsInt16();
            d0 += Avx512BW.MultiplyAddAdjacent(q, k0);
            d1 += Avx512BW.MultiplyAddAdjacent(q, k1);
            d2 += Avx512BW.MultiplyAddAdjacent(q, k2);
            d3 += Avx512BW.MultiplyAddAdjacent(q, k3);
        }

        StoreScores(scores, scales[0], a0, a1, a2, a3);
        StoreScores(scores + AttentionShape.BlockKeys, scales[1], b0, b1, b2, b3);
        StoreScores(scores + 2 * AttentionShape.BlockKeys, scales[2], c0, c1, c2, c3);
        StoreScores(scores + 3 * AttentionShape.BlockKeys, scales[3], d0, d1, d2, d3);
    }

    /// <summary>Adds a block's weighted values to 64 channels of four queries: output = output·keep + sum·scale.</summary>
    /// <param name="weights">Four rows of key pairs, <see cref="AttentionShape.BlockKeys"/> / 2 apart.</param>
    /// <param name="pairs">Pairs of keys.</param>
    /// <param name="values">The block's packed values, at the first channel.</param>
    /// <param name="output">Four rows, <paramref name="stride"/> apart, at the first channel.</param>
    /// <param name="stride">Channels of a packed row and of an output row.</param>
    /// <param name="keep">A factor a query for what stands in the output.</param>
    /// <param name="scales">A factor a query for the block.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values64(int* weights, int pairs, int* values, float* output, int stride, float* keep, float* scales)
    {
        Vector512<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<int> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        const int row = AttentionShape.BlockKeys / 2;
        for (int p = 0; p < pairs; p++)
        {
            int* at = values + (long)p * stride;
            var v0 = Vector512.Load(at).AsInt16();
            var v1 = Vector512.Load(at + 16).AsInt16();
            var v2 = Vector512.Load(at + 32).AsInt16();
            var v3 = Vector512.Load(at + 48).AsInt16();
            var w = Vector512.Create(weights[p]).AsInt16();
            a0 += Avx512BW.MultiplyAddAdjacent(w, v0);
            a1 += Avx512BW.MultiplyAddAdjacent(w, v1);
            a2 += Avx512BW.MultiplyAddAdjacent(w, v2);
            a3 += Avx512BW.MultiplyAddAdjacent(w, v3);
            w = Vector512.Create(weights[row + p]).AsInt16();
            b0 += Avx512BW.MultiplyAddAdjacent(w, v0);
            b1 += Avx512BW.MultiplyAddAdjacent(w, v1);
            b2 += Avx512BW.MultiplyAddAdjacent(w, v2);
            b3 += Avx512BW.MultiplyAddAdjacent(w, v3);
            w = Vector512.Create(weights[2 * row + p]).AsInt16();
            c0 += Avx512BW.MultiplyAddAdjacent(w, v0);
            c1 += Avx512BW.MultiplyAddAdjacent(w, v1);
            c2 += Avx512BW.MultiplyAddAdjacent(w, v2);
            c3 += Avx512BW.MultiplyAddAdjacent(w, v3);
            w = Vector512.Create(weights[3 * row + p]).AsInt16();
            d0 += Avx512BW.MultiplyAddAdjacent(w, v0);
            d1 += Avx512BW.MultiplyAddAdjacent(w, v1);
            d2 += Avx512BW.MultiplyAddAdjacent(w, v2);
            d3 += Avx512BW.MultiplyAddAdjacent(w, v3);
        }

        AddValues(output, keep[0], scales[0], a0, a1, a2, a3);
        AddValues(output + stride, keep[1], scales[1], b0, b1, b2, b3);
        AddValues(output + 2 * stride, keep[2], scales[2], c0, c1, c2, c3);
        AddValues(output + 3 * stride, keep[3], scales[3], d0, d1, d2, d3);
    }

    /// <summary>The same for 16 channels: what is left of heads whose width is no multiple of 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values16(int* weights, int pairs, int* values, float* output, int stride, float* keep, float* scales)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        const int row = AttentionShape.BlockKeys / 2;
        for (int p = 0; p < pairs; p++)
        {
            var v = Vector512.Load(values + (long)p * stride).AsInt16();
            a += Avx512BW.MultiplyAddAdjacent(Vector512.Create(weights[p]).AsInt16(), v);
            b += Avx512BW.MultiplyAddAdjacent(Vector512.Create(weights[row + p]).AsInt16(), v);
            c += Avx512BW.MultiplyAddAdjacent(Vector512.Create(weights[2 * row + p]).AsInt16(), v);
            d += Avx512BW.MultiplyAddAdjacent(Vector512.Create(weights[3 * row + p]).AsInt16(), v);
        }

        AddValues(output, keep[0], scales[0], a);
        AddValues(output + stride, keep[1], scales[1], b);
        AddValues(output + 2 * stride, keep[2], scales[2], c);
        AddValues(output + 3 * stride, keep[3], scales[3], d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreScores(float* scores, float scale, Vector512<int> s0, Vector512<int> s1, Vector512<int> s2, Vector512<int> s3)
    {
        var worth = Vector512.Create(scale);
        (Vector512.ConvertToSingle(s0) * worth).Store(scores);
        (Vector512.ConvertToSingle(s1) * worth).Store(scores + 16);
        (Vector512.ConvertToSingle(s2) * worth).Store(scores + 32);
        (Vector512.ConvertToSingle(s3) * worth).Store(scores + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddValues(
        float* output, float keep, float scale, Vector512<int> s0, Vector512<int> s1, Vector512<int> s2, Vector512<int> s3)
    {
        AddValues(output, keep, scale, s0);
        AddValues(output + 16, keep, scale, s1);
        AddValues(output + 32, keep, scale, s2);
        AddValues(output + 48, keep, scale, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddValues(float* output, float keep, float scale, Vector512<int> sum) =>
        Vector512.FusedMultiplyAdd(
            Vector512.Load(output), Vector512.Create(keep), Vector512.ConvertToSingle(sum) * Vector512.Create(scale)).Store(output);
}
