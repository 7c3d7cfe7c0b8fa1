using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// A loaded UNet that a pipeline can denoise with in place of its own: the same model in another precision. Safe for many
/// threads.
/// </summary>
public sealed class UNetVariant : IDisposable
{
    private UNetVariant(ModelDirectory directory, UNet model) => (Directory, Model) = (directory, model);

    /// <summary>The directory that it came from.</summary>
    public ModelDirectory Directory { get; }

    internal UNet Model { get; }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>Loads the UNet of a directory for the pipeline of another.</summary>
    /// <exception cref="ModelDirectoryException">It can't be run, or does not fit.</exception>
    internal static UNetVariant Load(ModelDirectory source, ModelDirectory pipeline, ExecutionOptions execution)
    {
        List<string> problems = [];
        return Load(source, pipeline, execution, problems) ?? throw new ModelDirectoryException(source.Root, problems);
    }

    /// <summary>Loads the UNet of a directory; null, with problems noted, where it can't be run or does not fit.</summary>
    internal static UNetVariant? Load(ModelDirectory source, ModelDirectory pipeline, ExecutionOptions execution, List<string> problems)
    {
        int before = problems.Count;
        Compare("in_channels", source.UNet.InChannels, pipeline.UNet.InChannels);
        Compare("out_channels", source.UNet.OutChannels, pipeline.UNet.OutChannels);
        Compare("cross_attention_dim", source.UNet.CrossAttentionDim, pipeline.UNet.CrossAttentionDim);
        Compare("time_cond_proj_dim", source.UNet.TimeCondProjDim, pipeline.UNet.TimeCondProjDim);
        if (problems.Count > before)
        {
            return null;
        }

        return UNet.Load(source, execution, problems) is { } model ? new UNetVariant(source, model) : null;

        void Compare(string field, int? theirs, int? ours)
        {
            if (theirs != ours)
            {
                problems.Add(
                    $"unet/config.json of '{source.Root}': {field} is {theirs?.ToString() ?? "missing"}, and {ours?.ToString() ?? "missing"} in "
                    + $"'{pipeline.Root}': it is another model's UNet. Name a precision of the same model.");
            }
        }
    }
}
