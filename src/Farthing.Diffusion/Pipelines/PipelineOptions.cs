using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>What of a model directory is loaded, and how it runs.</summary>
public sealed record PipelineOptions
{
    /// <summary>Threads, specialisation and execution provider.</summary>
    public ExecutionOptions Execution { get; init; } = new();

    /// <summary>
    /// Use a third (T5) encoder where the directory has one. Default true; a model trained with and without it gives
    /// other pictures without.
    /// </summary>
    public bool UseThirdEncoder { get; init; } = true;

    /// <summary>
    /// Another directory whose UNet takes the place of the directory's own, such as the same model in int8; null for the own.
    /// </summary>
    public string? UNetDirectory { get; init; }
}
