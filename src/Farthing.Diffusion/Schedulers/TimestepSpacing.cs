namespace Farthing.Diffusion.Schedulers;

/// <summary>How a run's timesteps are picked from the training ones.</summary>
public enum TimestepSpacing
{
    /// <summary>Evenly over the whole range, both ends included (<c>linspace</c>).</summary>
    Linspace,

    /// <summary>Whole multiples of a step from zero, plus an offset (<c>leading</c>).</summary>
    Leading,

    /// <summary>Whole multiples of a step back from the last timestep (<c>trailing</c>).</summary>
    Trailing,
}
