namespace Farthing.Bench.Renders;

/// <summary>One child's pictures a minute.</summary>
/// <param name="Result">What the child measured.</param>
/// <param name="Process">Seconds from the process's start to its end.</param>
internal sealed record RenderRate(ChildResult Result, double Process)
{
    /// <summary>Pictures a minute with start and model loading.</summary>
    public double Whole => Result.Pictures * 60 / Process;

    /// <summary>Pictures a minute from the first denoising start to the end of the last picture.</summary>
    public double Steady => Result.Pictures * 60 / Result.Rendering;
}

/// <summary>The campaign and the plain loop, run one after the other.</summary>
/// <param name="Ours">The campaign.</param>
/// <param name="Plain">The plain loop.</param>
/// <param name="Difference">How far apart their pictures are.</param>
internal sealed record RenderPair(RenderRate Ours, RenderRate Plain, PictureDifference Difference)
{
    public double WholeRatio => Ours.Whole / Plain.Whole;

    public double SteadyRatio => Ours.Steady / Plain.Steady;
}
