namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// One step of a run as plain numbers. Every scheduler here is a linear multistep method, so that a step is
/// (1) a prediction of the clean latents from the model's output, (2) for UniPC a correction of the latents,
/// (3) a weighted sum that gives the next latents.
/// </summary>
internal sealed record StepCoefficients
{
    /// <summary>The latents are multiplied by this before the model sees them.</summary>
    public double InputScale { get; init; } = 1;

    /// <summary>How clean latents and noise are mixed to stand where this step begins.</summary>
    public required NoiseMix Mix { get; init; }

    public required CleanPrediction Clean { get; init; }

    public Correction? Correction { get; init; }

    public required Update Update { get; init; }

    public bool IsFinite =>
        double.IsFinite(InputScale) && Mix.IsFinite && Clean.IsFinite && Update.IsFinite && Correction is not { IsFinite: false };
}

/// <summary>clean · <paramref name="Clean"/> + noise · <paramref name="Noise"/>.</summary>
internal readonly record struct NoiseMix(double Clean, double Noise)
{
    public bool IsFinite => double.IsFinite(Clean) && double.IsFinite(Noise);

    /// <summary>The mix that keeps the power at 1: clean/√(σ² + 1) + noise · σ/√(σ² + 1).</summary>
    public static NoiseMix VariancePreserving(double sigma)
    {
        double alpha = 1 / Math.Sqrt((sigma * sigma) + 1);
        return new NoiseMix(alpha, sigma * alpha);
    }
}

/// <summary>m = latents · <paramref name="Latents"/> + output · <paramref name="Output"/>, clipped to ± <paramref name="Clip"/>.</summary>
internal readonly record struct CleanPrediction(double Latents, double Output, double Clip = double.PositiveInfinity)
{
    public bool IsFinite => double.IsFinite(Latents) && double.IsFinite(Output);

    /// <summary>Clean latents of a sample whose clean and noise shares are <paramref name="mix"/>.</summary>
    public static CleanPrediction Of(PredictionType type, NoiseMix mix, double clip = double.PositiveInfinity) => type switch
    {
        PredictionType.Epsilon => new CleanPrediction(1 / mix.Clean, -mix.Noise / mix.Clean, clip),
        PredictionType.Velocity => new CleanPrediction(mix.Clean, -mix.Noise, clip),
        _ => new CleanPrediction(0, 1, clip),
    };
}

/// <summary>
/// The latents after a step: the sum of the latents before it, the model's output as it came, the clean
/// predictions of this step and the one before, and fresh noise, each with its weight.
/// </summary>
internal readonly record struct Update(
    double Latents, double Current, double Previous = 0, double Output = 0, double Noise = 0)
{
    public bool IsFinite =>
        double.IsFinite(Latents) && double.IsFinite(Current) && double.IsFinite(Previous)
        && double.IsFinite(Output) && double.IsFinite(Noise);
}

/// <summary>
/// UniPC's corrector: the latents that this step starts from are computed anew from those that the step
/// before started from and the clean predictions of this step and the two before.
/// </summary>
internal readonly record struct Correction(double Last, double Current, double Previous, double BeforePrevious)
{
    public bool IsFinite =>
        double.IsFinite(Last) && double.IsFinite(Current) && double.IsFinite(Previous) && double.IsFinite(BeforePrevious);
}
