namespace Farthing.Ledger.Posting;

/// <summary>What a render is drawn with, and what decides how much its denoising takes.</summary>
/// <param name="Model">Which model, such as its content's hash. Renders of two models are never compared.</param>
/// <param name="Precision">The numeric precision of the denoising, such as <c>int8</c>.</param>
/// <param name="Width">Width in pixels, as rendered.</param>
/// <param name="Height">Height in pixels, as rendered.</param>
/// <param name="Steps">Denoising steps that run.</param>
/// <param name="GuidancePasses">Passes through the UNet a step: 2 with classifier-free guidance, else 1.</param>
public sealed record RenderForm(string Model, string Precision, int Width, int Height, int Steps, int GuidancePasses)
{
    /// <summary>A longer name of a precision is refused.</summary>
    public const int MaxPrecisionLength = 40;

    /// <summary>Whether a person forced a model that is not accepted for this precision.</summary>
    public bool IsForced { get; init; }

    /// <summary>The first thing that makes it no form; null when it is one.</summary>
    internal string? Fault() => this switch
    {
        { Model: "" } or { Precision.Length: 0 or > MaxPrecisionLength } => "its model and precision must be named",
        { Width: < 1 } or { Height: < 1 } or { Steps: < 1 } or { GuidancePasses: < 1 } => "its sizes, steps and passes start at 1",
        _ => null,
    };
}
