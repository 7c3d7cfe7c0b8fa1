using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// Queries, keys and values as 8-bit integers, symmetric: one scale a query, one a head for keys, one a channel for values. The
/// keys' mean is taken off first: it moves all scores of a query alike, which softmax does not see, and it is most of what makes
/// keys hard to round (Zhang et al. 2024, "SageAttention").
/// </summary>
internal static unsafe class AttentionRounding
{
    /// <summary>What stands for 0 in queries.</summary>
    public const byte Zero = 128;

    private const float Levels = 127;

    private const int Lanes = 16;

    /// <summary>Rounds a head's queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Queries(in AttentionShape shape, float* query, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        for (int i = 0; i < shape.Queries; i++)
        {
            float* row = query + shape.Start(head, shape.Queries, i);
            float scale = Scale(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<float>(row, channels)));
            to.QueryScales[(long)head * shape.Queries + i] = scale;
            int tile = i / AttentionShape.TileQueries, rows = shape.QueriesOf(tile);
            byte* target = to.Queries + (long)tile * AttentionShape.TileQueries * shape.AllHeads * channels
                + ((long)head * rows + i % AttentionShape.TileQueries) * channels;
            var inverse = Vector512.Create(1 / scale);
            int c = 0;
            for (; c <= channels - Lanes; c += Lanes)
            {
                (Levels16(Vector512.Load(row + c) * inverse).AsByte() ^ Vector128.Create(Zero)).Store(target + c);
            }

            for (; c < channels; c++)
            {
                target[c] = (byte)(Level(row[c] * inverse[0]) + Zero);
            }
        }
    }

    /// <summary>Rounds a head's keys and turns them, so that a channel's keys lie side by side.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keys(in AttentionShape shape, float* key, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        float* mean = stackalloc float[channels];
        float scale = Scale(KeyMeans(shape, key, head, mean));
        to.KeyScales[head] = scale;
        sbyte* block = stackalloc sbyte[Lanes * channels];
        for (int first = 0; first < shape.Keys; first += Lanes)
        {
            int count = Math.Min(Lanes, shape.Keys - first);
            for (int j = 0; j < count; j++)
            {
                RoundKey(key + shape.Start(head, shape.Keys, first + j), mean, 1 / scale, channels, block + j * channels);
            }

            int tile = first / AttentionShape.TileKeys, columns = shape.KeysOf(tile);
            sbyte* target = to.Keys + (long)tile * AttentionShape.TileKeys * shape.AllHeads * channels
                + (long)head * columns * channels + first % AttentionShape.TileKeys;
            ByteTranspose.Turn(block, count, channels, target, columns);
        }
    }

    /// <summary>Rounds a head's values.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(in AttentionShape shape, float* value, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        float* scales = to.ValueScales + (long)head * channels, inverse = stackalloc float[channels];
        var most = new Span<float>(scales, channels);
        most.Clear();
        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.MaxMagnitude(most, new ReadOnlySpan<float>(value + shape.Start(head, shape.Keys, j), channels), most);
        }

        for (int c = 0; c < channels; c++)
        {
            scales[c] = Scale(scales[c]);
            inverse[c] = 1 / scales[c];
        }

        for (int j = 0; j < shape.Keys; j++)
        {
            float* row = value + shape.Start(head, shape.Keys, j);
            int tile = j / AttentionShape.TileKeys, rows = shape.KeysOf(tile), c = 0;
            sbyte* target = to.Values + (long)tile * AttentionShape.TileKeys * shape.AllHeads * channels
                + ((long)head * rows + j % AttentionShape.TileKeys) * channels;
            for (; c <= channels - Lanes; c += Lanes)
            {
                Levels16(Vector512.Load(row + c) * Vector512.Load(inverse + c)).Store(target + c);
            }

            for (; c < channels; c++)
            {
                target[c] = Level(row[c] * inverse[c]);
            }
        }
    }

    /// <summary>The keys' mean by channel, and their greatest distance from it.</summary>
    [SkipLocalsInit]
    private static float KeyMeans(in AttentionShape shape, float* key, int head, float* mean)
    {
        int channels = shape.Head;
        Span<float> sum = new(mean, channels), least = stackalloc float[channels], most = stackalloc float[channels];
        sum.Clear();
        least.Fill(float.PositiveInfinity);
        most.Fill(float.NegativeInfinity);
        for (int j = 0; j < shape.Keys; j++)
        {
            var row = new ReadOnlySpan<float>(key + shape.Start(head, shape.Keys, j), channels);
            TensorPrimitives.Add(sum, row, sum);
            TensorPrimitives.Min(least, row, least);
            TensorPrimitives.Max(most, row, most);
        }

        TensorPrimitives.Divide(sum, shape.Keys, sum);
        TensorPrimitives.Subtract(most, sum, most);
        TensorPrimitives.Subtract(sum, least, least);
        return MathF.Max(TensorPrimitives.Max<float>(most), TensorPrimitives.Max<float>(least));
    }

    private static void RoundKey(float* row, float* mean, float inverse, int channels, sbyte* target)
    {
        int c = 0;
        for (; c <= channels - Lanes; c += Lanes)
        {
            Levels16((Vector512.Load(row + c) - Vector512.Load(mean + c)) * Vector512.Create(inverse)).Store(target + c);
        }

        for (; c < channels; c++)
        {
            target[c] = Level((row[c] - mean[c]) * inverse);
        }
    }

    /// <summary>A level's worth; 1 where all is 0, and no number where something is none.</summary>
    private static float Scale(float most) => most == 0 ? 1 : MathF.Abs(most) / Levels;

    /// <summary>Rounds to the nearest level, halves to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Levels16(Vector512<float> values) =>
        Avx512F.ConvertToVector128SByteWithSaturation(Avx512F.ConvertToVector512Int32(values));

    private static sbyte Level(float value)
    {
        float level = MathF.Round(value);
        return float.IsNaN(level) ? (sbyte)0 : (sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue);
    }
}
