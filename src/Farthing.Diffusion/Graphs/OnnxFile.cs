using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Graphs;

/// <summary>Reads a model's graph. Weights in external data stay where they are.</summary>
internal static class OnnxFile
{
    /// <summary>Parses a model.</summary>
    /// <exception cref="InvalidDataException">The file is no ONNX model.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var input = CodedInputStream.CreateWithLimits(stream, sizeLimit: int.MaxValue, recursionLimit: 100);
            var model = ModelProto.Parser.ParseFrom(input);
            return model.Graph is { Node.Count: > 0 } ? model : throw new InvalidDataException("it has no graph");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"it is no ONNX model ({e.Message})", e);
        }
    }

    /// <summary>Lets a model use the operators of a further domain, in their first version.</summary>
    public static void Import(ModelProto model, string domain)
    {
        if (model.OpsetImport.All(import => import.Domain != domain))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        }
    }

    /// <summary>Gives an input a known element type and, where it is known, a fixed shape.</summary>
    public static void SetInput(ModelProto model, string name, int elementType, ReadOnlySpan<long> shape, bool fixedShape)
    {
        var input = model.Graph.Input.First(i => i.Name == name);
        var type = new TypeProto.Types.TensorType { ElemType = elementType };
        if (fixedShape)
        {
            type.Shape = new TensorShapeProto();
            foreach (long size in shape)
            {
                type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
            }
        }

        input.Type = new TypeProto { TensorType = type };
    }
}
