using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Sessions;

/// <summary>A CLIP or T5 text encoder: token ids in, states (and pooled text, where it has a projection) out.</summary>
internal sealed class TextEncoder : IDisposable
{
    private readonly OnnxPart _part;
    private readonly ModelInput _ids;
    private readonly ModelInput _states;
    private readonly ModelInput? _pooled;

    private TextEncoder(OnnxPart part, ModelInput ids, ModelInput states, ModelInput? pooled, int width, int pooledWidth)
    {
        _part = part;
        _ids = ids;
        _states = states;
        _pooled = pooled;
        Width = width;
        PooledWidth = pooledWidth;
    }

    /// <summary>The output that the states come from.</summary>
    public string OutputName => _states.Name;

    /// <summary>The element type of the states.</summary>
    public string ElementType => _states.ElementType.ToString();

    /// <summary>Width of a state.</summary>
    public int Width { get; }

    /// <summary>Width of the pooled text; 0 where there is none.</summary>
    public int PooledWidth { get; }

    /// <summary>Loads an encoder; null, with problems noted, where it can't be used.</summary>
    /// <param name="directory">The pipeline's directory.</param>
    /// <param name="encoder">Which encoder.</param>
    /// <param name="execution">How to run it.</param>
    /// <param name="problems">Receives everything missing or odd.</param>
    public static TextEncoder? Load(
        ModelDirectory directory, ModelDirectory.TextEncoderPart encoder, ExecutionOptions execution, List<string> problems)
    {
        var part = OnnxPart.Load(directory, encoder.Name, execution, problems);
        if (part is null)
        {
            return null;
        }

        int before = problems.Count;
        var ids = part.Input("input_ids", [2], TensorElementType.Int64, TensorElementType.Int32);
        part.RefuseOtherInputs("input_ids");
        var states = part.Output(StatesName(directory, encoder, part), [3]);
        var pooled = encoder.Name == "text_encoder_2" ? part.Output("text_embeds", [2]) : null;
        if (problems.Count > before)
        {
            part.Dispose();
            return null;
        }

        int pooledWidth = pooled is null ? 0 : encoder.Config.ProjectionDim ?? encoder.Config.Width!.Value;
        return new TextEncoder(part, ids, states, pooled, encoder.Config.Width!.Value, pooledWidth);
    }

    /// <summary>Encodes rows of ids.</summary>
    /// <param name="ids">[rows, length].</param>
    /// <param name="rows">Number of texts.</param>
    /// <param name="states">Receives [rows, length, <see cref="Width"/>].</param>
    /// <param name="pooled">Receives [rows, <see cref="PooledWidth"/>].</param>
    public void Encode(ReadOnlySpan<int> ids, int rows, Span<float> states, Span<float> pooled)
    {
        int length = ids.Length / rows;
        using var input = new ModelTensor(_ids.ElementType, [rows, length]);
        input.WriteIds(ids, 0);
        using var output = new ModelTensor(_states.ElementType, [rows, length, Width]);
        using var binding = _part.Session.CreateIoBinding();
        using var options = new RunOptions();
        binding.BindInput(_ids.Name, input.Value);
        binding.BindOutput(_states.Name, output.Value);
        using var pooledOutput = _pooled is null ? null : new ModelTensor(_pooled.ElementType, [rows, PooledWidth]);
        if (pooledOutput is not null)
        {
            binding.BindOutput(_pooled!.Name, pooledOutput.Value);
        }

        using (OrtClock.Begin())
        {
            _part.Session.RunWithBinding(options, binding);
        }

        output.Read(states);
        pooledOutput?.Read(pooled);
    }

    public void Dispose() => _part.Dispose();

    /// <summary>
    /// SDXL takes the last hidden state but one of both CLIP encoders; SD 1.5 and T5 take the last.
    /// </summary>
    private static string StatesName(ModelDirectory directory, ModelDirectory.TextEncoderPart encoder, OnnxPart part)
    {
        bool penultimate = directory.IsXl && encoder.Name != "text_encoder_3";
        if (!penultimate)
        {
            return "last_hidden_state";
        }

        int layers = encoder.Config.NumHiddenLayers
            ?? part.Session.OutputNames.Count(n => n.StartsWith("hidden_states.", StringComparison.Ordinal)) - 1;
        return $"hidden_states.{layers - 1}";
    }
}
