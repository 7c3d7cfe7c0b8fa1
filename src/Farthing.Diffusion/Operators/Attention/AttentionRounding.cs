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

    /// <summary>Rounds a head's queries.</summary>
    [SkipLocalsInit]
    public static void Queries(in AttentionShape shape, float* query, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        int* levels = stackalloc int[channels];
        for (int i = 0; i < shape.Queries; i++)
        {
            var row = new ReadOnlySpan<float>(query + shape.Start(head, shape.Queries, i), channels);
            float scale = Scale(TensorPrimitives.MaxMagnitude(row));
            to.QueryScales[(long)head * shape.Queries + i] = scale;
            int tile = i / AttentionShape.TileQueries, rows = shape.QueriesOf(tile);
            byte* target = to.Queries + (long)tile * AttentionShape.TileQueries * shape.AllHeads * channels
                + ((long)head * rows + i % AttentionShape.TileQueries) * channels;
            Round(row, 1 / scale, levels);
            for (int c = 0; c < channels; c++)
            {
                target[c] = (byte)(levels[c] + Zero);
            }
        }
    }

    /// <summary>Rounds a head's keys and turns them, so that a channel's keys lie side by side.</summary>
    [SkipLocalsInit]
    public static void Keys(in AttentionShape shape, float* key, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        Span<float> mean = stackalloc float[channels], moved = stackalloc float[channels];
        int* levels = stackalloc int[channels];
        mean.Clear();
        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.Add(mean, new ReadOnlySpan<float>(key + shape.Start(head, shape.Keys, j), channels), mean);
        }

        TensorPrimitives.Divide(mean, shape.Keys, mean);
        float most = 0;
        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.Subtract(new ReadOnlySpan<float>(key + shape.Start(head, shape.Keys, j), channels), mean, moved);
            most = MathF.Max(most, MathF.Abs(TensorPrimitives.MaxMagnitude<float>(moved)));
        }

        float scale = Scale(most);
        to.KeyScales[head] = scale;
        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.Subtract(new ReadOnlySpan<float>(key + shape.Start(head, shape.Keys, j), channels), mean, moved);
            Round(moved, 1 / scale, levels);
            int tile = j / AttentionShape.TileKeys, columns = shape.KeysOf(tile);
            sbyte* target = to.Keys + (long)tile * AttentionShape.TileKeys * shape.AllHeads * channels
                + (long)head * columns * channels + j % AttentionShape.TileKeys;
            for (int c = 0; c < channels; c++)
            {
                target[(long)c * columns] = (sbyte)levels[c];
            }
        }
    }

    /// <summary>Rounds a head's values.</summary>
    [SkipLocalsInit]
    public static void Values(in AttentionShape shape, float* value, int head, in AttentionBuffers to)
    {
        int channels = shape.Head;
        Span<float> most = stackalloc float[channels], scaled = stackalloc float[channels];
        int* levels = stackalloc int[channels];
        most.Clear();
        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.MaxMagnitude(most, new ReadOnlySpan<float>(value + shape.Start(head, shape.Keys, j), channels), most);
        }

        var scales = new Span<float>(to.ValueScales + (long)head * channels, channels);
        for (int c = 0; c < channels; c++)
        {
            scales[c] = Scale(MathF.Abs(most[c]));
        }

        for (int j = 0; j < shape.Keys; j++)
        {
            TensorPrimitives.Divide(new ReadOnlySpan<float>(value + shape.Start(head, shape.Keys, j), channels), scales, scaled);
            Round(scaled, 1, levels);
            int tile = j / AttentionShape.TileKeys, rows = shape.KeysOf(tile);
            sbyte* target = to.Values + (long)tile * AttentionShape.TileKeys * shape.AllHeads * channels
                + ((long)head * rows + j % AttentionShape.TileKeys) * channels;
            for (int c = 0; c < channels; c++)
            {
                target[c] = (sbyte)levels[c];
            }
        }
    }

    /// <summary>A level's worth; 1 where all is 0, and no number where something is none.</summary>
    private static float Scale(float most) => most == 0 ? 1 : MathF.Abs(most) / Levels;

    /// <summary>Rounds to the nearest level, halves to even.</summary>
    private static void Round(ReadOnlySpan<float> values, float inverse, int* levels)
    {
        int c = 0;
        var factor = Vector512.Create(inverse);
        for (; c <= values.Length - Vector512<float>.Count; c += Vector512<float>.Count)
        {
            Avx512F.ConvertToVector512Int32(Vector512.Create(values[c..]) * factor).Store(levels + c);
        }

        for (; c < values.Length; c++)
        {
            float level = MathF.Round(values[c] * inverse);
            levels[c] = float.IsNaN(level) ? 0 : (int)level;
        }
    }
}
