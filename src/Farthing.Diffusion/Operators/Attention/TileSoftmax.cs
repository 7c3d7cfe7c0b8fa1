using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// One query's integer scores of a tile become 8-bit weights 2^(score − the tile's greatest) · 255. Each tile has its own
/// greatest, so that a tile far below the row's greatest keeps its precision.
/// </summary>
internal static unsafe class TileSoftmax
{
    private const float Levels = 255;

    /// <summary>Makes a tile's weights, and brings the query's state up to date.</summary>
    /// <param name="scores">[keys].</param>
    /// <param name="keys">Keys of the tile.</param>
    /// <param name="worth">What a level of the scores is worth, in powers of two.</param>
    /// <param name="weights">[keys].</param>
    /// <param name="state">How the query stands; its sums are scaled down when this tile has the greater score.</param>
    public static void Weigh(int* scores, int keys, float worth, byte* weights, ref QueryState state)
    {
        int most = Greatest(scores, keys);
        long sum = Weigh(scores, keys, most, worth, weights);
        float top = most * worth, higher = MathF.Max(state.Greatest, top);
        state.Keep = float.Exp2(state.Greatest - higher);
        state.Share = float.Exp2(top - higher);
        state.Sum = state.Sum * state.Keep + sum * state.Share;
        state.Greatest = higher;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Greatest(int* scores, int keys)
    {
        int k = 0, most = int.MinValue;
        if (keys >= Vector512<int>.Count)
        {
            var lanes = Vector512.Load(scores);
            for (; k <= keys - Vector512<int>.Count; k += Vector512<int>.Count)
            {
                lanes = Vector512.Max(lanes, Vector512.Load(scores + k));
            }

            var half = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
            var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
            most = Math.Max(Math.Max(quarter[0], quarter[1]), Math.Max(quarter[2], quarter[3]));
        }

        for (; k < keys; k++)
        {
            most = Math.Max(most, scores[k]);
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Weigh(int* scores, int keys, int most, float worth, byte* weights)
    {
        int k = 0;
        var origin = Vector512.Create(most);
        var factor = Vector512.Create(worth);
        var total = Vector512<int>.Zero;
        for (; k <= keys - Vector512<int>.Count; k += Vector512<int>.Count)
        {
            var level = Level(Vector512.ConvertToSingle(Vector512.Load(scores + k) - origin) * factor);
            total += level;
            Avx512F.ConvertToVector128Byte(level).Store(weights + k);
        }

        long sum = Vector512.Sum(total);
        for (; k < keys; k++)
        {
            byte level = (byte)Level(Vector512.Create((scores[k] - most) * worth))[0];
            weights[k] = level;
            sum += level;
        }

        return sum;
    }

    /// <summary>
    /// 2^x · 255, rounded, for x ≤ 0: 2^n · 2^f with n the nearest integer and |f| ≤ ½, where 2^f is its Taylor polynomial of
    /// degree 3 in f·ln 2 (relative error under 7e-4: a fifth of a level at most).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Level(Vector512<float> x)
    {
        x = Vector512.MaxNative(x, Vector512.Create(-64f));
        var n = Avx512F.RoundScale(x, 0);
        var f = x - n;
        var y = Vector512.FusedMultiplyAdd(Vector512.Create(0.05550411f * Levels), f, Vector512.Create(0.24022651f * Levels));
        y = Vector512.FusedMultiplyAdd(y, f, Vector512.Create(0.69314718f * Levels));
        y = Vector512.FusedMultiplyAdd(y, f, Vector512.Create(Levels));
        return Avx512F.ConvertToVector512Int32(Avx512F.Scale(y, n));
    }
}
