using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;

namespace Farthing.Doctor;

/// <summary>The model: its parts, and whether it loads.</summary>
internal static class ModelChecks
{
    /// <summary>Looks at a model directory and loads it.</summary>
    public static IEnumerable<Check> Run(string directory)
    {
        ModelDirectory? model = null;
        Check? problem = null;
        try
        {
            // Loading finds what reading the configurations can't: inputs, outputs and element types.
            using DiffusionPipeline pipeline = DiffusionPipeline.Load(directory);
            model = pipeline.Directory;
        }
        catch (ModelDirectoryException e)
        {
            problem = Check.Problem("model", e.Message, "Mend what it lists, or name another directory with --model.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = Check.Problem("model", $"'{directory}' can't be read: {e.Message}", "Change its permissions, or name another directory with --model.");
        }

        if (model is null)
        {
            return [problem!];
        }

        return
        [
            Check.Ok("model", $"{directory}: {(model.IsXl ? "SDXL" : "SD 1.5")} family, {model.NativeSize}×{model.NativeSize}, {model.Precision.ToName()}, sha256 {ModelHash.Compute(directory)}"),
            .. Parts(directory),
            model.HasVaeEncoder
                ? Check.Ok("products", "the model has a vae_encoder, so products can be set into scenes")
                : Check.Warning("products", "the model has no vae_encoder", "Rows with a product need one: export the pipeline with it."),
        ];
    }

    private static IEnumerable<Check> Parts(string directory) =>
        new DirectoryInfo(directory).EnumerateDirectories()
            .Where(static part => File.Exists(Path.Combine(part.FullName, "model.onnx")))
            .OrderBy(static part => part.Name, StringComparer.Ordinal)
            .Select(static part =>
            {
                long bytes = part.EnumerateFiles().Sum(static file => file.Length);
                string opset = OnnxOpset.Read(Path.Combine(part.FullName, "model.onnx")) is { } version ? $"opset {version}" : "opset unknown";
                return Check.Ok("model/" + part.Name, $"{Bytes.Text(bytes)}, {opset}");
            });
}
