using System.Text.Json;

namespace Farthing.Gateway.Wire;

/// <summary>Reads what an answer that came whole reports.</summary>
public static class AnswerReading
{
    /// <summary>The usage that the answer reports; null when the body is no JSON object, so that it is no answer.</summary>
    public static UsageReport? UsageOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var usage = new UsageReport();
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("service_tier"u8))
                {
                    usage.ReadService(ref json);
                    continue;
                }

                var (isUsage, isOutput) = (json.ValueTextEquals("usage"u8), json.ValueTextEquals("output"u8));
                json.Read();
                if (isUsage)
                {
                    usage.Read(ref json);
                }
                else if (isOutput && json.TokenType == JsonTokenType.StartArray)
                {
                    while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    {
                        usage.ReadItem(ref json);
                    }
                }
                else
                {
                    json.Skip();
                }
            }

            return json.Read() ? null : usage;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
