using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farthing.Simulation.Answers;

/// <summary>Embeddings in OpenAI's form: of length 1, and the same for the same text.</summary>
internal static class EmbeddingJson
{
    private const int DefaultDimensions = 1_536;

    /// <summary>Writes the answer.</summary>
    public static string Write(SimulatedCall call, long tokens)
    {
        JsonElement input = call["input"];
        string[] texts = input.ValueKind == JsonValueKind.Array ? [.. input.EnumerateArray().Select(static item => item.ToString())] : [input.ToString()];
        int size = call["dimensions"] is { ValueKind: JsonValueKind.Number } wanted && wanted.TryGetInt32(out int value) ? Math.Clamp(value, 1, 4_096) : DefaultDimensions;
        bool isBase64 = call["encoding_format"] is { ValueKind: JsonValueKind.String } format && format.GetString() == "base64";
        var data = new JsonArray();
        for (int at = 0; at < texts.Length; at++)
        {
            float[] vector = Vector(texts[at], size);
            data.Add((JsonNode)new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = at,
                ["embedding"] = isBase64 ? JsonValue.Create(Base64(vector)) : new JsonArray([.. vector.Select(static part => (JsonNode)part)]),
            });
        }

        return new JsonObject
        {
            ["object"] = "list",
            ["data"] = data,
            ["model"] = call.Model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        }.ToJsonString();
    }

    private static float[] Vector(string text, int size)
    {
        var random = new Random(unchecked((int)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text))));
        double[] parts = [.. Enumerable.Range(0, size).Select(_ => (random.NextDouble() * 2) - 1)];
        double length = Math.Sqrt(parts.Sum(static part => part * part));
        return [.. parts.Select(part => (float)(part / Math.Max(length, 1e-9)))];
    }

    private static string Base64(float[] vector)
    {
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int at = 0; at < vector.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * sizeof(float)), vector[at]);
        }

        return Convert.ToBase64String(bytes);
    }
}
