using System.Security.Cryptography;
using System.Text.Json;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Names what an evaluation rendered.</summary>
internal static class EvaluationSet
{
    /// <summary>SHA-256 over the settings and every item, in order; 64 lower-case hexadecimal digits.</summary>
    public static string Hash(IReadOnlyList<EvaluationItem> items, EvaluationShape shape)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            json.WriteNumberValue(shape.Width);
            json.WriteNumberValue(shape.Height);
            json.WriteNumberValue(shape.Steps);
            json.WriteNumberValue(shape.Guidance);
            json.WriteStringValue(shape.Scheduler);
            foreach (var item in items)
            {
                json.WriteStartArray();
                json.WriteStringValue(item.Id);
                json.WriteStringValue(item.Text);
                json.WriteStringValue(item.ScoredText);
                json.WriteStringValue(item.Negative);
                json.WriteNumberValue(item.Seed);
                json.WriteStringValue(item.Product?.Hash);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(text.ToArray()));
    }
}
