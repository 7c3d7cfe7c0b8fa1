namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// Euler's method on the probability-flow equation (Karras et al. 2022, algorithm 1), and its ancestral
/// variant, which steps further down and adds fresh noise.
/// </summary>
internal sealed class EulerScheduler(SchedulerSettings settings) : Scheduler(settings)
{
    private bool Ancestral => Settings.Family == SchedulerFamily.EulerAncestral;

    internal override SampleTimes Times(int steps) => SampleTimes.ForEuler(
        Ancestral ? Settings with { Karras = false } : Settings, Schedule, steps);

    private protected override float InitNoiseSigma(SampleTimes times)
    {
        float max = times.Sigmas.Max();
        return Settings.Spacing == TimestepSpacing.Leading ? MathF.Sqrt((max * max) + 1) : max;
    }

    private protected override StepCoefficients Step(SampleTimes times, int index, int start)
    {
        double from = times.Sigmas[index], to = times.Sigmas[index + 1];
        double down = Ancestral ? to * to / from : to;
        double up = Ancestral ? Math.Sqrt(Math.Max(0, (to * to) - (down * down))) : 0;
        return new StepCoefficients
        {
            InputScale = 1 / Math.Sqrt((from * from) + 1),
            Mix = new NoiseMix(1, from),
            Clean = Prediction(from),
            Update = new Update(Latents: down / from, Current: 1 - (down / from), Noise: up),
        };
    }

    // Latents here are clean + σ · noise, not scaled to power 1: velocity is about the scaled ones.
    private CleanPrediction Prediction(double sigma) => Settings.Prediction switch
    {
        PredictionType.Velocity =>
            new CleanPrediction(1 / ((sigma * sigma) + 1), -sigma / Math.Sqrt((sigma * sigma) + 1)),
        var type => CleanPrediction.Of(type, new NoiseMix(1, sigma)),
    };
}
