namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// Where a run of n steps samples the noise: n timesteps for the model and n + 1 noise levels, the last
/// being where the run ends. Families that work on ᾱ have no noise levels.
/// </summary>
internal sealed record SampleTimes(float[] Timesteps, float[] Sigmas)
{
    /// <summary>Timesteps and levels of the Euler classes; timesteps may be fractions.</summary>
    public static SampleTimes ForEuler(SchedulerSettings settings, NoiseSchedule schedule, int steps)
    {
        // numpy keeps these timesteps in float32.
        double[] timesteps = [.. TimestepGrid.WithEnd(settings, steps).Select(t => (double)(float)t)];
        double[] sigmas = [.. timesteps.Select(schedule.SigmaAt)];
        if (settings.Karras)
        {
            sigmas = Karras(settings.SigmaMin ?? sigmas[^1], settings.SigmaMax ?? sigmas[0], steps);
            timesteps = [.. sigmas.Select(schedule.TimestepAt)];
        }

        return Create(settings, schedule, timesteps, sigmas);
    }

    /// <summary>Whole timesteps and levels of the DPM++ and UniPC classes.</summary>
    public static SampleTimes ForMultistep(SchedulerSettings settings, NoiseSchedule schedule, int steps)
    {
        var timesteps = TimestepGrid.WithoutEnd(settings, steps);
        double[] sigmas;
        if (settings.Karras)
        {
            sigmas = Karras(
                settings.SigmaMin ?? schedule.Sigmas[0], settings.SigmaMax ?? schedule.Sigmas[^1], steps);
            bool truncated = settings.BetaSchedule == BetaSchedule.SquaredCosineCapped
                && settings.Family == SchedulerFamily.DpmSolver;
            timesteps = [.. sigmas.Select(schedule.TimestepAt).Select(t => truncated ? Math.Truncate(t) : Math.Round(t))];
        }
        else
        {
            sigmas = [.. timesteps.Select(schedule.SigmaAt)];
        }

        return Create(settings, schedule, timesteps, sigmas);
    }

    private static SampleTimes Create(
        SchedulerSettings settings, NoiseSchedule schedule, double[] timesteps, double[] sigmas)
    {
        bool karrasEnd = settings is { Family: SchedulerFamily.UniPc, Karras: true };
        double last = settings.FinalSigma == FinalSigma.Zero || settings.Family == SchedulerFamily.EulerAncestral
            ? 0
            : karrasEnd ? sigmas[^1] : schedule.Sigmas[0];
        return new SampleTimes([.. timesteps.Select(t => (float)t)], [.. sigmas.Append(last).Select(s => (float)s)]);
    }

    /// <summary>Karras et al. 2022, equation 5, with ρ = 7.</summary>
    private static double[] Karras(double min, double max, int steps)
    {
        const double Rho = 7;
        double minRoot = Math.Pow(min, 1 / Rho), maxRoot = Math.Pow(max, 1 / Rho);
        return [.. Enumerable.Range(0, steps)
            .Select(i => steps > 1 ? i / (double)(steps - 1) : 0)
            .Select(ramp => Math.Pow(maxRoot + (ramp * (minRoot - maxRoot)), Rho))];
    }
}
