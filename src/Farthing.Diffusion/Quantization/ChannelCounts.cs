using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Channels of [batch, channels, height, width] tensors, followed back to the convolutions that made them.</summary>
internal sealed class ChannelCounts(GraphIndex index)
{
    private readonly Dictionary<string, long?> _known = new(StringComparer.Ordinal);

    /// <summary>Channels of a tensor; null where they can't be told.</summary>
    public long? Of(string tensor)
    {
        if (!_known.TryGetValue(tensor, out long? channels))
        {
            _known[tensor] = null;
            _known[tensor] = channels = index.Producer(tensor) is { } node ? Made(node) : null;
        }

        return channels;
    }

    private long? Made(NodeProto node) => node.OpType switch
    {
        "Conv" => index.Initializer(node.Input[1])?.Dims[0],
        "Identity" or "Cast" or "Resize" or "Sigmoid" => Of(node.Input[0]),
        "Add" or "Sub" or "Mul" or "Div" => Of(node.Input[1]) ?? Of(node.Input[0]),
        "Concat" => Sum(node),
        _ => null,
    };

    private long? Sum(NodeProto concat)
    {
        long?[] parts = [.. concat.Input.Select(Of)];
        return concat.Attribute.Any(a => a.Name == "axis" && a.I == 1) && parts.All(p => p is not null) ? parts.Sum() : null;
    }
}
