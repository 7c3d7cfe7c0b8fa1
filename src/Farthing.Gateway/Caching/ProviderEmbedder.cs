using System.Buffers;
using System.Numerics.Tensors;
using System.Text.Json;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Caching;

/// <summary>Embeddings of a provider's endpoint. Each is a call like any other: with the provider's keys, retried, and booked.</summary>
/// <param name="calls">Makes calls.</param>
/// <param name="target">The model.</param>
internal sealed class ProviderEmbedder(CallRunner calls, ModelTarget target) : ITextEmbedder
{
    /// <inheritdoc/>
    public string Name => target.ToString();

    /// <inheritdoc/>
    public async ValueTask<TextVector?> EmbedAsync(GatewayCall asked, string text, CancellationToken cancellationToken)
    {
        var made = new GatewayCall(asked.RequestId + "-embedding", WireShape.Embeddings, RequestOutline.Read(Body(text)), [target])
        {
            Client = asked.Client,
            Tags = asked.Tags,
            Numbers = asked.EmbeddingNumbers,
        };
        var result = await calls.RunAsync(made, cancellationToken);
        return result is { Error: null, Served: { Fault: AttemptFault.None, Stream: null } served } ? Read(served.Body) : null;
    }

    private byte[] Body(string text)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("model"u8, target.Model);
        json.WriteString("input"u8, text);
        json.WriteString("encoding_format"u8, "float"u8);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static TextVector? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var values = document.RootElement.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(static value => value.GetSingle()).ToArray();
            var norm = TensorPrimitives.Norm<float>(values);
            if (values.Length == 0 || !float.IsFinite(norm) || norm == 0)
            {
                return null;
            }

            TensorPrimitives.Divide(values, norm, values);
            return new TextVector(values, EmbeddedText.Whole);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            return null;
        }
    }
}
