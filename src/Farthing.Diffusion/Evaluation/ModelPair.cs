using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Two directories that hold one model in two forms.</summary>
/// <param name="Reference">The measure.</param>
/// <param name="Candidate">What is judged.</param>
public sealed record ModelPair(ModelDirectory Reference, ModelDirectory Candidate)
{
    /// <summary>Opens both and looks whether they can be compared.</summary>
    /// <exception cref="ModelDirectoryException">One of them can't be run.</exception>
    /// <exception cref="EvaluationException">They are models of different kinds; the message says in what.</exception>
    public static ModelPair Open(string reference, string candidate)
    {
        var (a, b) = (ModelDirectory.Open(reference), ModelDirectory.Open(candidate));
        List<string> problems = [];
        Compare("the family", a.IsXl ? "SDXL" : "SD", b.IsXl ? "SDXL" : "SD");
        Compare("the picture's side", a.NativeSize, b.NativeSize);
        Compare("the VAE's cell", a.PixelsPerCell, b.PixelsPerCell);
        Compare("unet in_channels", a.UNet.InChannels, b.UNet.InChannels);
        Compare("unet cross_attention_dim", a.UNet.CrossAttentionDim, b.UNet.CrossAttentionDim);
        Compare("the text encoders", string.Join(", ", a.TextEncoders.Select(static e => e.Name)), string.Join(", ", b.TextEncoders.Select(static e => e.Name)));
        return problems.Count == 0
            ? new ModelPair(a, b)
            : throw new EvaluationException(
                $"'{reference}' and '{candidate}' are different models, so the same seeds can't give the same pictures. Name two precisions of one model."
                + string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}")));

        void Compare<T>(string what, T ours, T theirs)
        {
            if (!EqualityComparer<T>.Default.Equals(ours, theirs))
            {
                problems.Add($"{what}: {ours} and {theirs}");
            }
        }
    }

    /// <summary>What is told of a model.</summary>
    /// <exception cref="EvaluationException">Its quantization.json can't be read.</exception>
    public static EvaluatedModel Describe(ModelDirectory model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new EvaluatedModel(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Root)),
            ModelHash.Compute(model.Root),
            model.Precision.ToName(),
            CalibrationSetOf(model),
            model.UNetBytes);
    }

    /// <summary>SHA-256 of what a model was calibrated on; null where nothing was.</summary>
    /// <exception cref="EvaluationException">Its quantization.json can't be read.</exception>
    public static string? CalibrationSetOf(ModelDirectory model)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            return QuantizationManifest.Read(model.Root)?.Calibration?.Sha256;
        }
        catch (QuantizationException e)
        {
            throw new EvaluationException(e.Message, e);
        }
    }
}
