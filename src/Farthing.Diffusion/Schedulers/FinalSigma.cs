namespace Farthing.Diffusion.Schedulers;

/// <summary>The noise level at which a run ends.</summary>
public enum FinalSigma
{
    /// <summary>No noise (<c>zero</c>).</summary>
    Zero,

    /// <summary>The least training noise (<c>sigma_min</c>).</summary>
    SigmaMin,
}
