using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Precision;

/// <summary>
/// One pipeline with the UNets that a run needs: text encoders and VAE are the run's own model's, a UNet is loaded only
/// where some render is drawn with it.
/// </summary>
internal sealed class LoadedModels : IDisposable
{
    private readonly Dictionary<string, UNetVariant?> _unets = new(StringComparer.Ordinal);

    private LoadedModels(DiffusionPipeline pipeline) => Pipeline = pipeline;

    /// <summary>Text encoders, VAE and schedulers, with the UNet of the first model.</summary>
    public DiffusionPipeline Pipeline { get; }

    /// <summary>Loads what the batches of a run need.</summary>
    /// <param name="own">The run's own model.</param>
    /// <param name="needed">The models that batches are drawn with; at least one.</param>
    /// <param name="threads">Threads of each model call.</param>
    /// <exception cref="ModelDirectoryException">A model can't be run.</exception>
    public static LoadedModels Load(RenderModel own, IReadOnlyList<RenderModel> needed, int threads)
    {
        var models = new LoadedModels(DiffusionPipeline.Load(own.Path, new PipelineOptions
        {
            Execution = new ExecutionOptions { ThreadsPerRun = threads },
            UNetDirectory = needed[0].Hash == own.Hash ? null : needed[0].Path,
        }));
        try
        {
            models._unets[needed[0].Hash] = null;
            foreach (var model in needed.Skip(1))
            {
                models._unets[model.Hash] = models.Pipeline.LoadUNet(model.Path);
            }

            return models;
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of what <see cref="Load"/> takes.</summary>
    public static long BytesOf(RenderModel own, IReadOnlyList<RenderModel> needed) =>
        own.Directory.TotalBytes - own.Directory.UNetBytes + needed.Sum(model => model.Directory.UNetBytes);

    /// <summary>Compiles the UNet of a batch for its shape.</summary>
    public void WarmUp(IReadOnlyList<RenderJob> batch)
    {
        var shape = batch[0].Shape;
        Pipeline.WarmUp(batch.Count, shape.Width, shape.Height, (float)shape.Guidance, _unets[batch[0].Model.Hash]);
    }

    /// <summary>Makes the buffers of one thread that denoises with a model.</summary>
    public Denoiser CreateDenoiser(RenderModel model) => Pipeline.CreateDenoiser(_unets[model.Hash]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var unet in _unets.Values)
        {
            unet?.Dispose();
        }

        Pipeline.Dispose();
    }
}
