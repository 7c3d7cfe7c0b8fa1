using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Sessions;

/// <summary>One half of the autoencoder: a picture in, latent parameters out; or latents in, a picture out.</summary>
internal sealed class Vae : IDisposable
{
    private readonly OnnxPart _part;
    private readonly ModelInput _input;
    private readonly ModelInput _output;

    private Vae(OnnxPart part, ModelInput input, ModelInput output, bool isSampled)
    {
        _part = part;
        _input = input;
        _output = output;
        IsSampled = isSampled;
    }

    /// <summary>
    /// The encoder gives ready latents rather than mean and log-variance, as exports of 2023 do; no noise is drawn then.
    /// </summary>
    public bool IsSampled { get; }

    /// <summary>Loads vae_encoder; null where it can't be used.</summary>
    public static Vae? LoadEncoder(ModelDirectory directory, ExecutionOptions execution, List<string> problems)
    {
        var part = OnnxPart.Load(directory, "vae_encoder", execution, problems);
        bool sampled = part is not null && part.Session.OutputMetadata.ContainsKey("latent_sample");
        return Load(part, "sample", sampled ? "latent_sample" : "latent_parameters", sampled, problems);
    }

    /// <summary>Loads vae_decoder; null where it can't be used.</summary>
    public static Vae? LoadDecoder(ModelDirectory directory, ExecutionOptions execution, List<string> problems) =>
        Load(OnnxPart.Load(directory, "vae_decoder", execution, problems), "latent_sample", "sample", sampled: false, problems);

    /// <summary>Runs one picture: [1, channels, height, width] in, the same of other sizes out.</summary>
    public void Run(ReadOnlySpan<float> values, ReadOnlySpan<long> shape, Span<float> result, ReadOnlySpan<long> resultShape)
    {
        using var input = new ModelTensor(_input.ElementType, shape);
        using var output = new ModelTensor(_output.ElementType, resultShape);
        input.Write(values);
        using var binding = _part.Session.CreateIoBinding();
        using var options = new RunOptions();
        binding.BindInput(_input.Name, input.Value);
        binding.BindOutput(_output.Name, output.Value);
        using (OrtClock.Begin())
        {
            _part.Session.RunWithBinding(options, binding);
        }

        output.Read(result);
    }

    public void Dispose() => _part.Dispose();

    private static Vae? Load(OnnxPart? part, string input, string output, bool sampled, List<string> problems)
    {
        if (part is null)
        {
            return null;
        }

        int before = problems.Count;
        var taken = part.Input(input, [4], TensorElementType.Float, TensorElementType.Float16);
        var given = part.Output(output, [4]);
        part.RefuseOtherInputs(input);
        if (problems.Count == before)
        {
            return new Vae(part, taken, given, sampled);
        }

        part.Dispose();
        return null;
    }
}
