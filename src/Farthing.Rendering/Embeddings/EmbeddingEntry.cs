using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Rendering.Embeddings;

/// <summary>What one encoder made of one text, as it is kept. Immutable.</summary>
/// <remarks>
/// Rows of zeros at the end are not kept: an encoder that masks its padding (the demo's T5) gives them, and they are put
/// back exactly. Other padding is kept, because CLIP's states after the end mark differ from row to row.
/// </remarks>
internal sealed record EmbeddingEntry
{
    /// <summary>What an object and its keeping take besides the values.</summary>
    private const int Overhead = 300;

    /// <summary>How <see cref="Values"/> are written.</summary>
    public required EmbeddingStorage Storage { get; init; }

    /// <summary>Rows that are kept; the others of the encoder's rows are zeros.</summary>
    public required int Rows { get; init; }

    /// <summary>Width of a state.</summary>
    public required int Width { get; init; }

    /// <summary>Width of the pooled text.</summary>
    public required int PooledWidth { get; init; }

    /// <summary>States [<see cref="Rows"/>, <see cref="Width"/>], then the pooled text, in 2 or 4 bytes each.</summary>
    public required byte[] Values { get; init; }

    /// <summary>What encoding it took.</summary>
    public required EncodeCost Cost { get; init; }

    /// <summary>Whether it may be used again; false for values that are no numbers.</summary>
    public bool IsKept { get; private init; } = true;

    /// <summary>Bytes that it takes in memory.</summary>
    public int Size => Values.Length + Overhead;

    /// <summary>Keeps what an encoder gave; null where it is no numbers, which is never kept.</summary>
    /// <param name="states">The encoder's states and pooled text.</param>
    /// <param name="width">Width of a state.</param>
    /// <param name="storage">How to keep them; values over 65,504 are kept in 32 bits whatever it says.</param>
    /// <param name="cost">What encoding it took.</param>
    public static EmbeddingEntry? Of(TextStates states, int width, EmbeddingStorage storage, EncodeCost cost)
    {
        int rows = KeptRows(states.States, width);
        var kept = states.States.AsSpan(0, rows * width);
        if (!IsFinite(kept) || !IsFinite(states.Pooled))
        {
            return null;
        }

        bool fits = storage == EmbeddingStorage.Fp16 && Fits(kept) && Fits(states.Pooled);
        byte[] values = new byte[(kept.Length + states.Pooled.Length) * (fits ? 2 : 4)];
        if (fits)
        {
            var halves = MemoryMarshal.Cast<byte, Half>(values.AsSpan());
            TensorPrimitives.ConvertToHalf(kept, halves);
            TensorPrimitives.ConvertToHalf(states.Pooled, halves[kept.Length..]);
        }
        else
        {
            kept.CopyTo(MemoryMarshal.Cast<byte, float>(values.AsSpan()));
            states.Pooled.CopyTo(MemoryMarshal.Cast<byte, float>(values.AsSpan())[kept.Length..]);
        }

        return new EmbeddingEntry
        {
            Storage = fits ? EmbeddingStorage.Fp16 : EmbeddingStorage.Fp32,
            Rows = rows,
            Width = width,
            PooledWidth = states.Pooled.Length,
            Values = values,
            Cost = cost,
        };
    }

    /// <summary>What an encoder gave that is no numbers: for this use alone.</summary>
    public static EmbeddingEntry Unkept(TextStates states, int width) => new()
    {
        Storage = EmbeddingStorage.Fp32,
        Rows = states.States.Length / width,
        Width = width,
        PooledWidth = states.Pooled.Length,
        Values = [.. MemoryMarshal.AsBytes<float>(states.States), .. MemoryMarshal.AsBytes<float>(states.Pooled)],
        Cost = default,
        IsKept = false,
    };

    /// <summary>Whether it is what an encoder may have given.</summary>
    public bool Fits(TextEncoderInfo encoder) =>
        Rows <= encoder.Rows && Width == encoder.Width && PooledWidth == encoder.PooledWidth;

    /// <summary>Whether all its values are numbers.</summary>
    public bool IsFinite()
    {
        float[] values = new float[(Rows * Width) + PooledWidth];
        Read(0, values);
        return IsFinite(values);
    }

    /// <summary>Writes the states to where the encoder's stand in a prompt of zeros, and the pooled text.</summary>
    public void CopyTo(EncodedPrompt prompt, TextEncoderInfo encoder, int promptWidth)
    {
        for (int row = 0; row < Rows; row++)
        {
            Read(row * Width, prompt.States.AsSpan(((encoder.FirstRow + row) * promptWidth) + encoder.Column, Width));
        }

        Read(Rows * Width, prompt.Pooled.AsSpan(0, PooledWidth));
    }

    private void Read(int start, Span<float> target)
    {
        if (Storage == EmbeddingStorage.Fp16)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(Values).Slice(start, target.Length), target);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(Values).Slice(start, target.Length).CopyTo(target);
        }
    }

    /// <summary>Rows up to the last one with a bit set: even a negative zero is kept.</summary>
    private static int KeptRows(ReadOnlySpan<float> states, int width)
    {
        int last = MemoryMarshal.Cast<float, int>(states).LastIndexOfAnyExcept(0);
        return (last + width) / width;
    }

    private static bool IsFinite(ReadOnlySpan<float> values) =>
        values.IsEmpty || float.IsFinite(TensorPrimitives.MaxMagnitude(values));

    private static bool Fits(ReadOnlySpan<float> values) =>
        values.IsEmpty || TensorPrimitives.MaxMagnitude(values) <= (float)Half.MaxValue;
}

/// <summary>What encoding one text took, measured when it was done.</summary>
/// <param name="CoreMicroseconds">The text's share of the encoder's run; 0 where it was not measured.</param>
/// <param name="Texts">Texts that were encoded together.</param>
internal readonly record struct EncodeCost(long CoreMicroseconds, int Texts);
