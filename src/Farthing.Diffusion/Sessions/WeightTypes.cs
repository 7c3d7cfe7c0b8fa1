using Farthing.Diffusion.Graphs;
using Google.Protobuf;

namespace Farthing.Diffusion.Sessions;

/// <summary>Counts a graph's weights by element type without keeping them.</summary>
/// <remarks>Fields of ModelProto, GraphProto and TensorProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal static class WeightTypes
{
    private const uint Graph = (7 << 3) | 2;
    private const uint Initializer = (5 << 3) | 2;
    private const uint Dims = 1 << 3;
    private const uint PackedDims = (1 << 3) | 2;
    private const uint DataType = 2 << 3;

    /// <summary>The precision that most weights of a model file have; fp32 where the file can't be read.</summary>
    public static ModelPrecision Precision(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var model = CodedInputStream.CreateWithLimits(stream, sizeLimit: int.MaxValue, recursionLimit: 100);
            var counts = new Dictionary<int, long>();
            while (model.ReadTag() is > 0 and var tag)
            {
                // The fields of the graph and of its tensors follow their heads in the stream, so they are read on the fly:
                // nothing that is long is ever held.
                switch (tag)
                {
                    case Graph:
                        long end = model.ReadLength() + model.Position;
                        ReadGraph(model, end, counts);
                        break;
                    default:
                        model.SkipLastField();
                        break;
                }
            }

            long single = Count(counts, OnnxTypes.Float), half = Count(counts, OnnxTypes.Float16, OnnxTypes.BFloat16), bytes = Count(counts, OnnxTypes.Int8, OnnxTypes.UInt8);
            return bytes > single + half ? ModelPrecision.Int8 : half > single ? ModelPrecision.Fp16 : ModelPrecision.Fp32;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or IOException or UnauthorizedAccessException)
        {
            return ModelPrecision.Fp32;
        }
    }

    private static long Count(Dictionary<int, long> counts, params ReadOnlySpan<int> types)
    {
        long sum = 0;
        foreach (int type in types)
        {
            sum += counts.GetValueOrDefault(type);
        }

        return sum;
    }

    private static void ReadGraph(CodedInputStream model, long end, Dictionary<int, long> counts)
    {
        while (model.Position < end && model.ReadTag() is > 0 and var tag)
        {
            if (tag != Initializer)
            {
                model.SkipLastField();
                continue;
            }

            long tensorEnd = model.ReadLength() + model.Position;
            var (type, elements) = ReadTensor(model, tensorEnd);
            counts[type] = counts.GetValueOrDefault(type) + elements;
        }
    }

    private static (int Type, long Elements) ReadTensor(CodedInputStream model, long end)
    {
        int type = 0;
        long elements = 1;
        while (model.Position < end && model.ReadTag() is > 0 and var tag)
        {
            switch (tag)
            {
                case Dims:
                    elements *= model.ReadInt64();
                    break;
                case PackedDims:
                    for (long dimsEnd = model.ReadLength() + model.Position; model.Position < dimsEnd;)
                    {
                        elements *= model.ReadInt64();
                    }

                    break;
                case DataType:
                    type = model.ReadInt32();
                    break;
                default:
                    model.SkipLastField();
                    break;
            }
        }

        return (type, elements);
    }
}
