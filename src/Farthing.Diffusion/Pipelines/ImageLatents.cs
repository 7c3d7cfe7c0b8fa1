namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// What the autoencoder makes of a picture: the posterior that latents are drawn from. Scaled latents are
/// (mean + std · noise) · scaling_factor.
/// </summary>
/// <param name="Mean">[4, height/8, width/8], not yet scaled.</param>
/// <param name="StandardDeviation">The same shape; empty where the encoder gives ready latents.</param>
public sealed record ImageLatents(float[] Mean, float[] StandardDeviation);
