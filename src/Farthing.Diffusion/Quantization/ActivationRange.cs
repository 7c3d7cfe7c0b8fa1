namespace Farthing.Diffusion.Quantization;

/// <summary>The values that a tensor takes, or those of them that are kept: beyond them it saturates.</summary>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
public readonly record struct ActivationRange(float Min, float Max);
