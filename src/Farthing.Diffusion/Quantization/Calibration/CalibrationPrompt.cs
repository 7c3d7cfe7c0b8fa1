namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>One picture of a calibration set.</summary>
/// <param name="Id">Its name in the set.</param>
/// <param name="Prompt">What it shows.</param>
/// <param name="Seed">Seed of its noise.</param>
/// <param name="Negative">What it must not show; null for the model's own unconditional input.</param>
public sealed record CalibrationPrompt(string Id, string Prompt, long Seed, string? Negative = null);
