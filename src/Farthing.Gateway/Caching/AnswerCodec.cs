using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Gateway.Caching;

/// <summary>The bytes of an answer in a store: the answer, and apart from it what finds it by another wording.</summary>
/// <remarks>
/// Answer: the length of the origin (4 bytes, little-endian), the origin as JSON, the body. Meaning: the scope (32), what the
/// embedder saw (1), the number of values (4), the values as 16-bit floats, the text in UTF-8.
/// </remarks>
internal static class AnswerCodec
{
    private const int MaxDimensions = 16_384;

    public static byte[] Pack(CachedAnswer answer)
    {
        var origin = JsonSerializer.SerializeToUtf8Bytes(answer.Origin, AnswerJson.Default.AnswerOrigin);
        var bytes = new byte[4 + origin.Length + answer.Body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, origin.Length);
        origin.CopyTo(bytes, 4);
        answer.Body.CopyTo(bytes.AsMemory(4 + origin.Length));
        return bytes;
    }

    /// <summary>Reads an answer; null where the bytes are none.</summary>
    public static CachedAnswer? Unpack(CacheKey key, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(bytes.Span) is var length && (length <= 0 || length > bytes.Length - 4))
        {
            return null;
        }

        try
        {
            var origin = JsonSerializer.Deserialize(bytes.Span.Slice(4, length), AnswerJson.Default.AnswerOrigin);
            return origin is null ? null : new CachedAnswer(key, origin, bytes[(4 + length)..]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static byte[] Pack(AnswerMeaning meaning)
    {
        var values = new Half[meaning.Vector.Values.Length];
        TensorPrimitives.ConvertToHalf(meaning.Vector.Values, values);
        var count = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, values.Length);
        return [.. meaning.Scope.ToArray(), (byte)meaning.Vector.Embedded, .. count, .. MemoryMarshal.AsBytes<Half>(values), .. Encoding.UTF8.GetBytes(meaning.Text)];
    }

    /// <summary>Reads what finds an answer; null where the bytes are none.</summary>
    public static AnswerMeaning? UnpackMeaning(ReadOnlySpan<byte> bytes)
    {
        const int Head = CacheKey.Size + 5;
        if (bytes.Length < Head || BinaryPrimitives.ReadInt32LittleEndian(bytes[(Head - 4)..]) is var count && (count is <= 0 or > MaxDimensions || bytes.Length < Head + (2 * count)))
        {
            return null;
        }

        var values = new float[count];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes.Slice(Head, 2 * count)), values);
        return new AnswerMeaning(CacheKey.FromHash(bytes), Encoding.UTF8.GetString(bytes[(Head + (2 * count))..]), new TextVector(values, (EmbeddedText)bytes[CacheKey.Size]));
    }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AnswerOrigin))]
internal sealed partial class AnswerJson : JsonSerializerContext;
