using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Sessions;

/// <summary>
/// One lane's buffers and bindings for UNet calls of one shape. Conditions are set once a batch, then
/// <see cref="Forward"/> runs at every step and allocates nothing. One thread at a time.
/// </summary>
internal sealed class UNetRun : IDisposable
{
    private readonly UNet _unet;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, ModelTensor> _inputs = new(StringComparer.Ordinal);
    private readonly List<ModelTensor> _cut = [];
    private readonly ModelTensor _sample;
    private readonly ModelTensor _timestep;
    private readonly ModelTensor _output;
    private OrtIoBinding? _prologueBinding;
    private OrtIoBinding? _bodyBinding;
    private InferenceSession? _body;

    public UNetRun(UNet unet, UNetShape shape)
    {
        _unet = unet;
        Shape = shape;
        foreach (var (name, type, sizes) in unet.Signature.Inputs(shape))
        {
            _inputs[name] = new ModelTensor(type, sizes);
        }

        _sample = _inputs["sample"];
        _timestep = _inputs["timestep"];
        _output = new ModelTensor(unet.Signature.OutputType, [shape.Batch, unet.Signature.OutChannels, shape.Height, shape.Width]);
    }

    public UNetShape Shape { get; }

    /// <summary>Sets one row's text.</summary>
    /// <param name="row">The row.</param>
    /// <param name="states">Text states [sequence, width].</param>
    /// <param name="pooled">Pooled text; empty for SD 1.5.</param>
    public void SetText(int row, ReadOnlySpan<float> states, ReadOnlySpan<float> pooled)
    {
        _inputs["encoder_hidden_states"].Write(states, row * states.Length);
        if (_inputs.TryGetValue("text_embeds", out var tensor))
        {
            tensor.Write(pooled, row * pooled.Length);
        }
    }

    /// <summary>Sets what else holds for all steps and runs the prologue.</summary>
    /// <param name="timeIds">Six time ids, the same for every row; empty for SD 1.5.</param>
    /// <param name="guidanceEmbedding">One row, for a guidance-distilled model; else empty.</param>
    public void Begin(ReadOnlySpan<float> timeIds, ReadOnlySpan<float> guidanceEmbedding)
    {
        WriteAllRows("time_ids", timeIds);
        WriteAllRows("timestep_cond", guidanceEmbedding);
        if (_bodyBinding is null)
        {
            Bind();
        }

        if (_prologueBinding is not null)
        {
            using var run = OrtClock.Begin();
            _unet.Prologue!.RunWithBinding(_options, _prologueBinding);
        }
    }

    /// <summary>Writes part of the model's input, channels and all.</summary>
    public void WriteSample(ReadOnlySpan<float> values, int start) => _sample.Write(values, start);

    /// <summary>Predicts for what <see cref="WriteSample"/> wrote.</summary>
    /// <param name="timestep">The training timestep, which may be fractional.</param>
    /// <param name="prediction">[batch, channels, height, width].</param>
    public void Forward(float timestep, Span<float> prediction)
    {
        _timestep.WriteScalar(timestep);
        using (OrtClock.Begin())
        {
            _body!.RunWithBinding(_options, _bodyBinding!);
        }

        _output.Read(prediction);
    }

    public void Dispose()
    {
        _prologueBinding?.Dispose();
        _bodyBinding?.Dispose();
        _output.Dispose();
        foreach (var tensor in _inputs.Values.Concat(_cut))
        {
            tensor.Dispose();
        }

        _options.Dispose();
    }

    private void WriteAllRows(string name, ReadOnlySpan<float> values)
    {
        if (!_inputs.TryGetValue(name, out var tensor))
        {
            return;
        }

        for (int row = 0; row < Shape.Batch; row++)
        {
            tensor.Write(values, row * values.Length);
        }
    }

    private void Bind()
    {
        if (_unet.Prologue is { } prologue)
        {
            MakeCut(prologue);
            _prologueBinding = prologue.CreateIoBinding();
            BindInputs(_prologueBinding, prologue);
            foreach (var (name, tensor) in _unet.Cut.Zip(_cut))
            {
                _prologueBinding.BindOutput(name, tensor.Value);
            }
        }

        _body = _unet.Body(Shape, _cut);
        _bodyBinding = _body.CreateIoBinding();
        BindInputs(_bodyBinding, _body);
        foreach (var (name, tensor) in _unet.Cut.Zip(_cut))
        {
            _bodyBinding.BindInput(name, tensor.Value);
        }

        _bodyBinding.BindOutput(_unet.Signature.Output, _output.Value);
    }

    /// <summary>Runs the prologue once to learn the sizes of what it gives, which the graph does not tell.</summary>
    private void MakeCut(InferenceSession prologue)
    {
        var inputs = prologue.InputNames.ToDictionary(name => name, name => _inputs[name].Value);
        using var results = prologue.Run(_options, inputs, _unet.Cut);
        foreach (var result in results)
        {
            OrtTensorTypeAndShapeInfo info = result.GetTensorTypeAndShape();
            _cut.Add(new ModelTensor(info.ElementDataType, info.Shape));
        }
    }

    private void BindInputs(OrtIoBinding binding, InferenceSession session)
    {
        foreach (string name in session.InputNames)
        {
            if (_inputs.TryGetValue(name, out var tensor))
            {
                binding.BindInput(name, tensor.Value);
            }
        }
    }
}
