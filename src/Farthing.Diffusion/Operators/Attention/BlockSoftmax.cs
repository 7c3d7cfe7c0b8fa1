using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// A block of one query's scores becomes integer weights 2^(score − the block's greatest) · levels. Each block has its own
/// greatest, so that a block far below the row's greatest keeps its precision.
/// </summary>
internal static unsafe class BlockSoftmax
{
    /// <summary>Makes a block's weights.</summary>
    /// <param name="scores">The scores, in powers of two; a multiple of 64, whose further ones are overwritten.</param>
    /// <param name="valid">Scores of real keys.</param>
    /// <param name="padded">Scores with those of padding, which get the weight 0.</param>
    /// <param name="weights">[padded].</param>
    /// <param name="greatest">The greatest score.</param>
    /// <returns>The sum of the weights.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Weigh(float* scores, int valid, int padded, short* weights, out float greatest)
    {
        new Span<float>(scores + valid, padded - valid).Fill(float.MinValue);
        var most = Vector512.Create(float.MinValue);
        for (int i = 0; i < padded; i += AttentionShape.Lanes)
        {
            most = Vector512.MaxNative(most, Vector512.Load(scores + i));
        }

        var half = Vector256.MaxNative(most.GetLower(), most.GetUpper());
        var quarter = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        greatest = MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));

        var origin = Vector512.Create(greatest);
        var levels = Vector512.Create(AttentionShape.WeightLevels);
        var sum = Vector512<int>.Zero;
        for (int i = 0; i < padded; i += AttentionShape.Lanes)
        {
            var level = Avx512F.ConvertToVector512Int32(PowerOfTwo(Vector512.Load(scores + i) - origin) * levels);
            sum += level;
            Avx512F.ConvertToVector256Int16(level).Store(weights + i);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>
    /// 2^x for x ≤ 0: 2^n · 2^f with n the nearest integer and |f| ≤ ½, where 2^f is its Taylor polynomial of degree 4 in f·ln 2
    /// (relative error under 5e-5, a sixth of a weight's level).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<float> x)
    {
        x = Vector512.MaxNative(x, Vector512.Create(-126f));
        var n = Avx512F.RoundScale(x, 0);
        var f = x - n;
        var y = Vector512.FusedMultiplyAdd(Vector512.Create(0.00961813f), f, Vector512.Create(0.05550411f));
        y = Vector512.FusedMultiplyAdd(y, f, Vector512.Create(0.24022651f));
        y = Vector512.FusedMultiplyAdd(y, f, Vector512.Create(0.69314718f));
        y = Vector512.FusedMultiplyAdd(y, f, Vector512<float>.One);
        return Avx512F.Scale(y, n);
    }
}
