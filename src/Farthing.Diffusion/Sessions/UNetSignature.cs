using Farthing.Diffusion.Graphs.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Sessions;

/// <summary>What a UNet takes and gives, read from its graph by name, element type and rank.</summary>
internal sealed record UNetSignature
{
    private readonly Dictionary<string, (TensorElementType Type, int Rank)> _inputs;

    private UNetSignature(GraphProto graph) =>
        _inputs = graph.Input.Where(i => i.Type?.TensorType is not null).ToDictionary(
            i => i.Name,
            i => ((TensorElementType)i.Type.TensorType.ElemType, i.Type.TensorType.Shape?.Dim.Count ?? -1),
            StringComparer.Ordinal);

    /// <summary>Channels of the sample: 4, or 9 for an inpainting model (latents, mask, masked picture).</summary>
    public int InChannels { get; private init; }

    /// <summary>Channels of the latents and of the prediction.</summary>
    public int OutChannels { get; private init; }

    /// <summary>Width of the text states.</summary>
    public int CrossAttention { get; private init; }

    /// <summary>Width of the pooled text; 0 where the model takes none.</summary>
    public int PooledWidth { get; private init; }

    /// <summary>Width of the guidance embedding of a guidance-distilled (LCM) model; 0 where it takes none.</summary>
    public int GuidanceWidth { get; private init; }

    /// <summary>Name of the prediction.</summary>
    public string Output { get; private init; } = "out_sample";

    /// <summary>Element type of the prediction.</summary>
    public TensorElementType OutputType { get; private init; }

    /// <summary>Reads a graph's inputs and outputs; everything missing or odd is added to the problems.</summary>
    public static UNetSignature Read(GraphProto graph, ModelDirectory directory, List<string> problems)
    {
        var config = directory.UNet;
        var signature = new UNetSignature(graph);
        signature.Check("sample", problems, [4], ModelTensor.IsFloating);
        signature.Check("timestep", problems, [0, 1], t => ModelTensor.IsFloating(t) || t is TensorElementType.Int64 or TensorElementType.Int32);
        signature.Check("encoder_hidden_states", problems, [3], ModelTensor.IsFloating);
        if (directory.IsXl)
        {
            signature.Check("text_embeds", problems, [2], ModelTensor.IsFloating);
            signature.Check("time_ids", problems, [2], ModelTensor.IsFloating);
        }

        string[] known = ["sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids", "timestep_cond"];
        problems.AddRange(signature._inputs.Keys.Except(known)
            .Select(name => $"unet/model.onnx has an input '{name}' that this pipeline does not know."));
        var output = graph.Output.FirstOrDefault(o => o.Name == "out_sample") ?? graph.Output[0];
        return signature with
        {
            InChannels = config.InChannels ?? 4,
            OutChannels = config.OutChannels ?? 4,
            CrossAttention = config.CrossAttentionDim ?? 768,
            PooledWidth = signature._inputs.ContainsKey("text_embeds") ? PooledWidthOf(directory) : 0,
            GuidanceWidth = signature._inputs.ContainsKey("timestep_cond") ? config.TimeCondProjDim ?? 256 : 0,
            Output = output.Name,
            OutputType = (TensorElementType)(output.Type?.TensorType?.ElemType ?? (int)TensorElementType.Float),
        };
    }

    /// <summary>Every input with its sizes for one shape of call.</summary>
    public IEnumerable<(string Name, TensorElementType Type, long[] Sizes)> Inputs(UNetShape shape) =>
        _inputs.Select(input => (input.Key, input.Value.Type, SizesOf(input.Key, input.Value.Rank, shape)));

    private static int PooledWidthOf(ModelDirectory directory) =>
        directory.TextEncoders.FirstOrDefault(e => e.Name == "text_encoder_2")?.Config.ProjectionDim ?? 1280;

    private long[] SizesOf(string name, int rank, UNetShape shape) => name switch
    {
        "sample" => [shape.Batch, InChannels, shape.Height, shape.Width],
        "encoder_hidden_states" => [shape.Batch, shape.Sequence, CrossAttention],
        "text_embeds" => [shape.Batch, PooledWidth],
        "time_ids" => [shape.Batch, 6],
        "timestep_cond" => [shape.Batch, GuidanceWidth],
        _ => rank == 0 ? [] : [1],
    };

    private void Check(string name, List<string> problems, int[] ranks, Func<TensorElementType, bool> fits)
    {
        if (!_inputs.TryGetValue(name, out var input))
        {
            problems.Add($"unet/model.onnx has no input '{name}'; it has {string.Join(", ", _inputs.Keys)}.");
        }
        else if (!fits(input.Type))
        {
            problems.Add($"unet/model.onnx: input '{name}' is {input.Type}, which is not supported.");
        }
        else if (!ranks.Contains(input.Rank))
        {
            problems.Add($"unet/model.onnx: input '{name}' has rank {input.Rank}; {string.Join(" or ", ranks)} is needed.");
        }
    }
}
