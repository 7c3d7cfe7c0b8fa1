using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>The inputs of a whole UNet for calls of one shape, conditions and all. One thread at a time.</summary>
internal sealed class UNetFeed : IDisposable
{
    private readonly Dictionary<string, ModelTensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrtValue> _values = new(StringComparer.Ordinal);

    public UNetFeed(UNetSignature signature, UNetShape shape)
    {
        Shape = shape;
        foreach (var (name, type, sizes) in signature.Inputs(shape))
        {
            _inputs[name] = new ModelTensor(type, sizes);
            _values[name] = _inputs[name].Value;
        }
    }

    public UNetShape Shape { get; }

    /// <summary>The inputs by name.</summary>
    public IReadOnlyDictionary<string, OrtValue> Values => _values;

    /// <summary>Sets what holds for all steps of a batch.</summary>
    public void Begin(DiffusionPipeline pipeline, DenoiseRequest request)
    {
        bool guided = pipeline.IsGuided(request.GuidanceScale);
        int items = request.Items.Count;
        for (int i = 0; i < items; i++)
        {
            if (guided)
            {
                SetText(i, request.Items[i].Negative ?? pipeline.Unconditional);
            }

            SetText(guided ? items + i : i, request.Items[i].Prompt);
        }

        float[] timeIds = new float[TimeIds.Length];
        TimeIds.ForSize(request.Height, request.Width).Write(timeIds);
        WriteAllRows("time_ids", timeIds);
        WriteAllRows("timestep_cond", GuidanceEmbedding.Of(request.GuidanceScale, pipeline.UNet.Signature.GuidanceWidth));
    }

    /// <summary>Sets one step's input: latents, scaled as the scheduler asks, once or for both halves of guidance.</summary>
    public void Set(ReadOnlySpan<float> latents, float timestep)
    {
        var sample = _inputs["sample"];
        for (int start = 0; start < sample.Length; start += latents.Length)
        {
            sample.Write(latents, start);
        }

        _inputs["timestep"].WriteScalar(timestep);
    }

    public void Dispose()
    {
        foreach (var tensor in _inputs.Values)
        {
            tensor.Dispose();
        }
    }

    private void SetText(int row, EncodedPrompt prompt)
    {
        _inputs["encoder_hidden_states"].Write(prompt.States, row * prompt.States.Length);
        if (_inputs.TryGetValue("text_embeds", out var pooled))
        {
            pooled.Write(prompt.Pooled, row * prompt.Pooled.Length);
        }
    }

    private void WriteAllRows(string name, ReadOnlySpan<float> values)
    {
        if (_inputs.TryGetValue(name, out var tensor))
        {
            for (int row = 0; row < Shape.Batch; row++)
            {
                tensor.Write(values, row * values.Length);
            }
        }
    }
}
