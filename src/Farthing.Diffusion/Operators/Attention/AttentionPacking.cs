using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// Turns float32 rows into 16-bit integers in the order in which vpmaddwd multiplies them: pairs of neighbours, which it adds up.
/// One scale a row of queries, one a head for keys and for values, symmetric.
/// </summary>
internal static unsafe class AttentionPacking
{
    /// <summary>Rounds a row to integers.</summary>
    /// <param name="row">[channels]; the target's further channels become 0.</param>
    /// <param name="channels">Channels of the row.</param>
    /// <param name="padded">Channels of the target, a multiple of 16.</param>
    /// <param name="inverse">Levels a unit.</param>
    /// <param name="target">[padded].</param>
    public static void Round(float* row, int channels, int padded, float inverse, short* target)
    {
        var scale = Vector512.Create(inverse);
        int whole = channels / AttentionShape.Lanes * AttentionShape.Lanes;
        for (int c = 0; c < whole; c += AttentionShape.Lanes)
        {
            ToShort(Vector512.Load(row + c) * scale).Store(target + c);
        }

        if (whole < padded)
        {
            float* rest = stackalloc float[AttentionShape.Lanes];
            Unsafe.InitBlockUnaligned(rest, 0, AttentionShape.Lanes * sizeof(float));
            Unsafe.CopyBlockUnaligned(rest, row + whole, (uint)(channels - whole) * sizeof(float));
            ToShort(Vector512.Load(rest) * scale).Store(target + whole);
        }
    }

    /// <summary>The scale at which the greatest absolute value becomes <paramref name="levels"/>; NaN where a value is no number.</summary>
    public static float Scale(float* rows, int count, int channels, long stride, float levels)
    {
        var most = Vector512<float>.Zero;
        float rest = 0;
        for (int r = 0; r < count; r++)
        {
            float* row = rows + r * stride;
            int c = 0;
            for (; c <= channels - AttentionShape.Lanes; c += AttentionShape.Lanes)
            {
                most = Vector512.Max(most, Vector512.Abs(Vector512.Load(row + c)));
            }

            for (; c < channels; c++)
            {
                rest = MathF.Max(rest, MathF.Abs(row[c]));
            }
        }

        for (int i = 0; i < AttentionShape.Lanes; i++)
        {
            rest = MathF.Max(rest, most[i]);
        }

        return rest == 0 ? 1 : rest / levels;
    }

    /// <summary>Packs a head's keys: [key / 16][channel / 2][key % 16][channel % 2].</summary>
    /// <returns>The keys' scale.</returns>
    public static float Keys(in AttentionShape shape, float* keys, short* packed)
    {
        float scale = Scale(keys, shape.Keys, shape.Head, shape.Width, shape.ScoreLevels);
        int padded = shape.PaddedHead, pairs = padded / 2;
        short* row = stackalloc short[padded];
        for (int j = 0; j < shape.PaddedKeys; j++)
        {
            if (j < shape.Keys)
            {
                Round(keys + (long)j * shape.Width, shape.Head, padded, 1 / scale, row);
            }
            else
            {
                Unsafe.InitBlockUnaligned(row, 0, (uint)padded * sizeof(short));
            }

            int* target = (int*)packed + (long)(j / AttentionShape.Lanes) * pairs * AttentionShape.Lanes + j % AttentionShape.Lanes;
            for (int p = 0; p < pairs; p++)
            {
                target[p * AttentionShape.Lanes] = ((int*)row)[p];
            }
        }

        return scale;
    }

    /// <summary>Packs a head's values: [key / 2][channel][key % 2].</summary>
    /// <returns>The values' scale.</returns>
    public static float Values(in AttentionShape shape, float* values, short* packed)
    {
        float scale = Scale(values, shape.Keys, shape.Head, shape.Width, AttentionShape.WeightLevels);
        int padded = shape.PaddedHead;
        short* pair = stackalloc short[2 * padded];
        for (int j = 0; j < shape.PaddedKeys; j += 2)
        {
            Unsafe.InitBlockUnaligned(pair, 0, (uint)(2 * padded) * sizeof(short));
            for (int side = 0; side < 2 && j + side < shape.Keys; side++)
            {
                Round(values + (long)(j + side) * shape.Width, shape.Head, padded, 1 / scale, pair + side * padded);
            }

            int* target = (int*)(packed + (long)j * padded);
            for (int c = 0; c < padded; c += AttentionShape.Lanes)
            {
                var even = Vector512.WidenLower(Vector256.Load(pair + c).ToVector512Unsafe());
                var odd = Vector512.WidenLower(Vector256.Load(pair + padded + c).ToVector512Unsafe());
                ((even & Vector512.Create(0xFFFF)) | (odd << 16)).Store(target + c);
            }
        }

        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> ToShort(Vector512<float> values) =>
        Avx512F.ConvertToVector256Int16(Avx512F.ConvertToVector512Int32(values));
}
