using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization;

/// <summary>Reads a source that was checked, and writes a graph with its tensors beside it.</summary>
internal static class ModelFiles
{
    /// <summary>The data file that the graphs of one folder share.</summary>
    public const string DataFile = "model.onnx_data";

    /// <summary>Reads a float UNet's graph and refuses what can't be quantized.</summary>
    /// <exception cref="QuantizationException">It can't be.</exception>
    public static ModelProto ReadChecked(string sourceModel)
    {
        ModelProto model;
        try
        {
            model = OnnxFile.Read(sourceModel);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new QuantizationException($"{sourceModel} can't be read: {e.Message}. Export or copy the model again.");
        }

        SourceChecks.Check(sourceModel, model.Graph);
        SourceChecks.CheckOpset(sourceModel, model);
        return model;
    }

    /// <summary>A store for the tensors of a new folder.</summary>
    public static TensorStore NewStore(GraphProto graph, string folder) =>
        new(TensorStore.Outside(graph) ? Path.Combine(folder, DataFile) : null);

    /// <summary>Writes a graph; what of its tensors still lies in the source's files is copied. Gives the graph's bytes.</summary>
    public static long Write(ModelProto model, string path, SourceTensors source, TensorStore store)
    {
        for (int i = 0; i < model.Graph.Initializer.Count; i++)
        {
            model.Graph.Initializer[i] = store.Take(model.Graph.Initializer[i], source);
        }

        if (model.CalculateSize() is var size && size < 0)
        {
            throw new QuantizationException($"The graph for {path} is larger than 2 GB without its weights, which no ONNX file can be.");
        }

        using var file = File.Create(path);
        model.WriteTo(file);
        return file.Length;
    }
}
