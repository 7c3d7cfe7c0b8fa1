namespace Farthing.Diffusion.Schedulers;

/// <summary>Picks a run's timesteps, the noisiest first, with numpy's roundings.</summary>
internal static class TimestepGrid
{
    /// <summary>As the Euler and DDIM classes space them: the run's last step may sit at timestep 0.</summary>
    public static double[] WithEnd(SchedulerSettings settings, int steps) => settings.Spacing switch
    {
        TimestepSpacing.Linspace => Linspace(settings.TrainTimesteps - 1, steps, steps),
        TimestepSpacing.Leading => Leading(settings, settings.TrainTimesteps / steps, steps - 1, steps),
        _ => Trailing(settings.TrainTimesteps, steps),
    };

    /// <summary>As the DPM++ and UniPC classes space them: one more point is laid out and the least is dropped.</summary>
    public static double[] WithoutEnd(SchedulerSettings settings, int steps) => settings.Spacing switch
    {
        TimestepSpacing.Linspace =>
            [.. Linspace(settings.TrainTimesteps - 1, steps + 1, steps).Select(t => Math.Round(t))],
        TimestepSpacing.Leading => Leading(settings, settings.TrainTimesteps / (steps + 1), steps, steps),
        _ => Trailing(settings.TrainTimesteps, steps),
    };

    /// <summary>The first <paramref name="count"/> of <paramref name="points"/> even points from the last down to 0.</summary>
    private static double[] Linspace(double last, int points, int count)
    {
        double step = points > 1 ? last / (points - 1) : 0;
        return [.. Enumerable.Range(0, count).Select(i => i == 0 && points > 1 ? last : (points - 1 - i) * step)];
    }

    private static double[] Leading(SchedulerSettings settings, int ratio, int first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (double)((first - i) * ratio) + settings.StepsOffset)];

    private static double[] Trailing(int trainTimesteps, int steps)
    {
        double ratio = trainTimesteps / (double)steps;
        return [.. Enumerable.Range(0, steps).Select(i => Math.Round(trainTimesteps - (i * ratio)) - 1)];
    }
}
