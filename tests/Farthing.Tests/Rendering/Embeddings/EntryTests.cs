using CsCheck;
using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Embeddings;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class EntryTests
{
    private static readonly EntryKey Key = EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, [1, 2, 3]);

    [Theory]
    [InlineData(true, EmbeddingStorage.Fp16)]
    [InlineData(false, EmbeddingStorage.Fp16)]
    [InlineData(true, EmbeddingStorage.Fp32)]
    [InlineData(false, EmbeddingStorage.Fp32)]
    internal void What_is_written_is_read_to_the_last_bit(bool compress, EmbeddingStorage storage) =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[1, 40], Gen.Int[0, 20], Gen.Int).Sample((rows, width, pooled, seed) =>
        {
            var entry = EmbeddingEntry.Of(States(rows, width, pooled, seed), width, storage, new EncodeCost(1234, 4))!;

            var read = EntryCodec.Read(Key, EntryCodec.Write(Key, entry, compress))!;

            Assert.Equal(entry.Values, read.Values);
            Assert.Equal(entry with { Values = [] }, read with { Values = [] }, (a, b) => (a.Rows, a.Width, a.PooledWidth, a.Storage, a.Cost) == (b.Rows, b.Width, b.PooledWidth, b.Storage, b.Cost));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flipped_byte_a_cut_and_another_key_are_no_entry(bool compress)
    {
        byte[] bytes = EntryCodec.Write(Key, EmbeddingEntry.Of(States(4, 16, 3, 7), 16, EmbeddingStorage.Fp16, default)!, compress);

        Assert.NotNull(EntryCodec.Read(Key, bytes));
        Assert.Null(EntryCodec.Read(EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, [1, 2, 4]), bytes));
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Null(EntryCodec.Read(Key, bytes.AsSpan(0, i)));
            foreach (byte flip in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] damaged = [.. bytes];
                damaged[i] ^= flip;
                Assert.Null(EntryCodec.Read(Key, damaged));
            }
        }

        Assert.Null(EntryCodec.Read(Key, [.. bytes, 0]));
    }

    [Fact]
    public void A_forged_header_with_a_right_checksum_asks_for_no_memory()
    {
        byte[] bytes = EntryCodec.Write(Key, EmbeddingEntry.Of(States(4, 16, 3, 7), 16, EmbeddingStorage.Fp16, default)!, compress: true);
        Gen.Select(Gen.Int[36, 67], Gen.Byte).Sample((at, value) =>
        {
            byte[] forged = [.. bytes];
            forged[at] = value;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(
                forged.AsSpan(^16..), System.IO.Hashing.XxHash128.HashToUInt128(forged.AsSpan(..^16)));
            if (EntryCodec.Read(Key, forged) is { } entry)
            {
                Assert.Equal(((entry.Rows * entry.Width) + entry.PooledWidth) * (entry.Storage == EmbeddingStorage.Fp16 ? 2 : 4), entry.Values.Length);
            }
        });
    }

    [Fact]
    public void Rows_of_zeros_at_the_end_are_not_kept_whatever_their_sign()
    {
        float[] states = [1, 0, 0, 2, 0, 0, 0, 0];

        Assert.Equal(2, EmbeddingEntry.Of(new TextStates(states, []), 2, EmbeddingStorage.Fp16, default)!.Rows);
        states[7] = -0f;
        Assert.Equal(2, EmbeddingEntry.Of(new TextStates(states, []), 2, EmbeddingStorage.Fp32, default)!.Rows);
        states[6] = float.Epsilon;
        Assert.Equal(4, EmbeddingEntry.Of(new TextStates(states, []), 2, EmbeddingStorage.Fp32, default)!.Rows);
        Assert.Equal(0, EmbeddingEntry.Of(new TextStates(new float[8], []), 2, EmbeddingStorage.Fp16, default)!.Rows);
    }

    [Fact]
    public void What_16_bits_cant_hold_is_kept_in_32_and_what_is_no_number_not_at_all()
    {
        Assert.Equal(EmbeddingStorage.Fp32, EmbeddingEntry.Of(new TextStates([70_000, 1], []), 2, EmbeddingStorage.Fp16, default)!.Storage);
        Assert.Equal(EmbeddingStorage.Fp32, EmbeddingEntry.Of(new TextStates([1, 1], [1e6f]), 2, EmbeddingStorage.Fp16, default)!.Storage);
        Assert.Null(EmbeddingEntry.Of(new TextStates([float.NaN, 1], []), 2, EmbeddingStorage.Fp16, default));
        Assert.Null(EmbeddingEntry.Of(new TextStates([1, 1], [float.PositiveInfinity]), 2, EmbeddingStorage.Fp32, default));
    }

    [Fact]
    public void Every_part_of_a_key_counts()
    {
        byte[] other = new byte[32];
        other[31] = 1;
        EntryKey[] keys =
        [
            Key,
            EntryKey.Of(other, EmbeddingStorage.Fp16, [1, 2, 3]),
            EntryKey.Of(new byte[32], EmbeddingStorage.Fp32, [1, 2, 3]),
            EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, [1, 2, 3, 0]),
            EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, new int[1000]),
            EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, new int[1001]),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(Key, EntryKey.From(Key.ToArray()));
    }

    private static TextStates States(int rows, int width, int pooled, int seed)
    {
        var random = new Random(seed);
        return new TextStates(
            [.. Enumerable.Range(0, rows * width).Select(_ => (random.NextSingle() - 0.5f) * 20)],
            [.. Enumerable.Range(0, pooled).Select(_ => random.NextSingle())]);
    }
}
