namespace Farthing.Diffusion.Schedulers;

/// <summary>What the denoising model's output stands for.</summary>
public enum PredictionType
{
    /// <summary>The noise (<c>epsilon</c>).</summary>
    Epsilon,

    /// <summary>The velocity α·ε − σ·x₀ (<c>v_prediction</c>).</summary>
    Velocity,

    /// <summary>The clean latents themselves (<c>sample</c>).</summary>
    Sample,
}
