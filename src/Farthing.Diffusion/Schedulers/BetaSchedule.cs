namespace Farthing.Diffusion.Schedulers;

/// <summary>How the training noise variances β run from the first timestep to the last.</summary>
public enum BetaSchedule
{
    /// <summary>β grows linearly (<c>linear</c>).</summary>
    Linear,

    /// <summary>√β grows linearly (<c>scaled_linear</c>): Stable Diffusion and SDXL.</summary>
    ScaledLinear,

    /// <summary>ᾱ follows a squared cosine, β capped at 0.999 (<c>squaredcos_cap_v2</c>).</summary>
    SquaredCosineCapped,
}
