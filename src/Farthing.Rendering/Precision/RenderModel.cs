using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>A model that renders are drawn with.</summary>
/// <param name="Directory">Its directory.</param>
/// <param name="Precision">Its UNet's precision.</param>
/// <param name="Hash">Its content's hash.</param>
internal sealed record RenderModel(ModelDirectory Directory, ModelPrecision Precision, string Hash)
{
    /// <summary>Its directory's path.</summary>
    public string Path => Directory.Root;

    /// <summary>The record that vouches for a quantized model; null for a full-precision one, or where it is forced.</summary>
    public AcceptanceRecord? Acceptance { get; init; }

    /// <summary>Why it is not accepted, where a person forced it all the same; else null.</summary>
    public string? Forced { get; init; }
}
