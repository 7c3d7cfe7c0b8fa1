namespace Farthing.Diffusion.Quantization;

/// <summary>What a quantizer is at, in order.</summary>
public enum QuantizeStage
{
    /// <summary>Hashing and checking the model.</summary>
    Check,

    /// <summary>Collecting ranges, counted in prompts.</summary>
    Calibrate,

    /// <summary>Measuring sensitivity, counted in layers.</summary>
    Measure,

    /// <summary>Writing the UNet, counted in layers.</summary>
    Write,

    /// <summary>Copying the other parts, writing the report.</summary>
    Finish,
}

/// <summary>How far a quantizer is.</summary>
/// <param name="Stage">What it is at.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Note">Something a person should know; null for nothing.</param>
public readonly record struct QuantizeProgress(QuantizeStage Stage, int Done, int Total, string? Note = null);
