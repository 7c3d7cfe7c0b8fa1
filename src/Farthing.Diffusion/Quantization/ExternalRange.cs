using System.Globalization;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Where an initializer's bytes lie outside the model's file.</summary>
/// <param name="Location">The file, relative to the model's folder.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ExternalRange(string Location, long Offset, long Length)
{
    /// <summary>TensorProto.DataLocation.EXTERNAL.</summary>
    public const int External = 1;

    /// <summary>Reads a tensor's place; null for one that lies inside the model.</summary>
    /// <exception cref="QuantizationException">The place is malformed.</exception>
    public static ExternalRange? Of(TensorProto tensor)
    {
        if (tensor.DataLocation != External)
        {
            return null;
        }

        string? location = Entry(tensor, "location");
        long needed = Elements(tensor) * OnnxTypes.Bytes(tensor.DataType);
        long offset = Number(tensor, "offset", 0), length = Number(tensor, "length", needed);
        return string.IsNullOrEmpty(location) || offset < 0 || length < needed
            ? throw new QuantizationException(
                $"Tensor '{tensor.Name}' says that its data lie outside the model, but not where ({needed} bytes are needed); export the model again.")
            : new ExternalRange(location, offset, needed);
    }

    /// <summary>Elements of a tensor.</summary>
    public static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => checked(product * size));

    private static long Number(TensorProto tensor, string key, long otherwise) =>
        Entry(tensor, key) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : -1;

    private static string? Entry(TensorProto tensor, string key) =>
        tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
}
