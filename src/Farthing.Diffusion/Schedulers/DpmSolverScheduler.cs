namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ (Lu et al. 2022, algorithm 2) of order 1 or 2 in its multistep form, as an ordinary or a
/// stochastic differential equation. With λ = −ln σ and h = λ(to) − λ(from), e^(−h) is just the ratio of the
/// two noise levels, which stays finite at σ = 0.
/// </summary>
internal sealed class DpmSolverScheduler(SchedulerSettings settings) : Scheduler(settings)
{
    // Below this many steps diffusers ends on a lower order for stability.
    private const int FewSteps = 15;

    internal override SampleTimes Times(int steps) => SampleTimes.ForMultistep(Settings, Schedule, steps);

    private protected override StepCoefficients Step(SampleTimes times, int index, int start)
    {
        double from = times.Sigmas[index], to = times.Sigmas[index + 1];
        var mix = NoiseMix.VariancePreserving(from);
        var target = NoiseMix.VariancePreserving(to);
        double decay = to / from;
        double h = -Math.Log(decay);

        double keep = target.Noise / mix.Noise, gain = target.Clean * (1 - decay), noise = 0;
        if (Settings.Stochastic)
        {
            keep *= decay;
            gain = target.Clean * (1 - (decay * decay));
            noise = target.Noise * Math.Sqrt(Math.Max(0, 1 - (decay * decay)));
        }

        // The slope is (current − previous) / r, with r = h(previous step) / h.
        double slope = 0;
        if (IsSecondOrder(times, index, start))
        {
            double inverseRatio = h / Math.Log(times.Sigmas[index - 1] / from);
            slope = (Settings.Heun ? HeunGain(target.Clean, decay, h) : gain / 2) * inverseRatio;
        }

        return new StepCoefficients
        {
            Mix = mix,
            Clean = CleanPrediction.Of(Settings.Prediction, mix),
            Update = new Update(Latents: keep, Current: gain + slope, Previous: -slope, Noise: noise),
        };
    }

    private bool IsSecondOrder(SampleTimes times, int index, int start)
    {
        int steps = times.Timesteps.Length;
        bool lowerAtEnd = index == steps - 1
            && (Settings.EulerAtFinal
                || (Settings.LowerOrderFinal && steps < FewSteps)
                || Settings.FinalSigma == FinalSigma.Zero);
        return Settings.Order == 2 && index > start && !lowerAtEnd;
    }

    private double HeunGain(double alpha, double decay, double h)
    {
        if (h == 0)
        {
            return 0;
        }

        return alpha * (Settings.Stochastic ? ((1 - (decay * decay)) / (-2 * h)) + 1 : ((decay - 1) / h) + 1);
    }
}
