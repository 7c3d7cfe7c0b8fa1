using Farthing.Diffusion.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Evaluation.Clip;

/// <summary>
/// CLIP's graph, in one file (model.onnx, as optimum exports CLIPModel) or in two (text_model.onnx and vision_model.onnx).
/// Inputs and outputs are found by name.
/// </summary>
internal sealed class ClipNetwork : IDisposable
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Pixels = "pixel_values";
    private const string Text = "text_embeds";
    private const string Picture = "image_embeds";

    private static readonly string[][] Layouts = [["model.onnx"], ["text_model.onnx", "vision_model.onnx"]];

    private readonly List<InferenceSession> _sessions = [];

    private ClipNetwork()
    {
    }

    /// <summary>Height and width of pixel_values where the graph fixes them.</summary>
    public (int Height, int Width)? FixedSize
    {
        get
        {
            var dimensions = _sessions.First(session => session.InputMetadata.ContainsKey(Pixels)).InputMetadata[Pixels].Dimensions;
            return dimensions.Length == 4 && dimensions[2] > 0 && dimensions[3] > 0 ? (dimensions[2], dimensions[3]) : null;
        }
    }

    /// <summary>Loads a directory's graph; null, with problems noted, where it can't be used.</summary>
    public static ClipNetwork? Load(string directory, ExecutionOptions execution, List<string> problems)
    {
        string[]? files = Layouts
            .SelectMany(layout => new[] { layout, [.. layout.Select(file => Path.Combine("onnx", file))] })
            .FirstOrDefault(layout => layout.All(file => File.Exists(Path.Combine(directory, file))));
        if (files is null)
        {
            problems.Add("there is neither model.onnx nor text_model.onnx with vision_model.onnx. Export it with optimum: "
                + "optimum-cli export onnx --model openai/clip-vit-base-patch32 --task zero-shot-image-classification FOLDER.");
            return null;
        }

        int before = problems.Count;
        var network = new ClipNetwork();
        foreach (string file in files)
        {
            try
            {
                using var options = execution.NewSessionOptions();
                network._sessions.Add(new InferenceSession(Path.Combine(directory, file), options));
            }
            catch (OnnxRuntimeException e)
            {
                problems.Add($"{file} can't be loaded: {OnnxPart.FirstLine(e.Message)}");
            }
        }

        if (problems.Count == before)
        {
            network.Check(problems);
        }

        if (problems.Count == before)
        {
            return network;
        }

        network.Dispose();
        return null;
    }

    /// <summary>Embeds texts and pictures in one run.</summary>
    /// <param name="ids">[texts, length].</param>
    /// <param name="mask">As the ids: 1 where the text is.</param>
    /// <param name="texts">Number of texts.</param>
    /// <param name="pixels">[pictures, 3, height, width].</param>
    /// <param name="shape">That shape.</param>
    /// <returns>A row a text, a row a picture.</returns>
    public (float[][] Texts, float[][] Pictures) Embed(long[] ids, long[] mask, int texts, float[] pixels, long[] shape)
    {
        long[] textShape = [texts, ids.Length / texts];
        float[][]? textRows = null, pictureRows = null;
        foreach (var session in _sessions)
        {
            using var run = new RunOptions();
            var inputs = new Dictionary<string, OrtValue>();
            try
            {
                foreach (var (name, node) in session.InputMetadata)
                {
                    inputs[name] = name switch
                    {
                        Ids => Whole(ids, textShape, node.ElementDataType),
                        Mask => Whole(mask, textShape, node.ElementDataType),
                        _ => Floats(pixels, shape, node.ElementDataType),
                    };
                }

                string[] wanted = [.. session.OutputNames.Where(name => name is Text or Picture)];
                using var outputs = session.Run(run, inputs, wanted);
                for (int i = 0; i < wanted.Length; i++)
                {
                    float[][] rows = Rows(outputs[i]);
                    (textRows, pictureRows) = wanted[i] == Text ? (rows, pictureRows) : (textRows, rows);
                }
            }
            finally
            {
                foreach (var value in inputs.Values)
                {
                    value.Dispose();
                }
            }
        }

        return (textRows!, pictureRows!);
    }

    public void Dispose() => _sessions.ForEach(static session => session.Dispose());

    private void Check(List<string> problems)
    {
        string[] inputs = [.. _sessions.SelectMany(session => session.InputNames)], outputs = [.. _sessions.SelectMany(session => session.OutputNames)];
        foreach (string name in new[] { Ids, Pixels }.Except(inputs))
        {
            problems.Add($"the graph has no input '{name}'; it has {string.Join(", ", inputs)}. Export both halves of CLIP, as optimum's task zero-shot-image-classification does.");
        }

        foreach (string name in new[] { Text, Picture }.Except(outputs))
        {
            problems.Add($"the graph has no output '{name}'; it has {string.Join(", ", outputs)}. Export CLIP with its projections.");
        }

        foreach (string name in inputs.Except([Ids, Mask, Pixels]))
        {
            problems.Add($"the graph has an input '{name}' that no CLIP has.");
        }
    }

    private static OrtValue Whole(long[] values, long[] shape, TensorElementType type) => type == TensorElementType.Int32
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, static value => (int)value), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);

    private static OrtValue Floats(float[] values, long[] shape, TensorElementType type) => type == TensorElementType.Float16
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, static value => (Float16)value), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);

    private static float[][] Rows(OrtValue output)
    {
        var info = output.GetTensorTypeAndShape();
        int width = (int)info.Shape[^1];
        float[] values = info.ElementDataType == TensorElementType.Float16
            ? [.. output.GetTensorDataAsSpan<Float16>().ToArray().Select(static value => (float)value)]
            : output.GetTensorDataAsSpan<float>().ToArray();
        return [.. values.Chunk(width)];
    }
}
