namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// Turns a number of steps into a <see cref="SamplingPlan"/>. Immutable and safe to share between threads;
/// made by <see cref="SchedulerFactory"/>.
/// </summary>
public abstract class Scheduler
{
    private protected Scheduler(SchedulerSettings settings)
    {
        Settings = settings;
        Schedule = NoiseSchedule.Create(settings);
    }

    /// <summary>The noise that the model was trained with.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>The diffusers class that this one follows.</summary>
    public string ClassName => SchedulerFactory.ClassNameOf(Settings.Family);

    private protected SchedulerSettings Settings { get; }

    /// <summary>Plans a run.</summary>
    /// <param name="steps">Steps of a whole run, from 1 to the training timesteps.</param>
    /// <param name="strength">
    /// The part of the run that is done, above 0 and at most 1: below 1, the first steps are left out and the
    /// run starts from clean latents with noise added (image to image). The run has ⌊steps · strength⌋ steps.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">No step would be left, or there would be too many.</exception>
    /// <exception cref="SchedulerConfigException">A step of this configuration would not be finite.</exception>
    public SamplingPlan Plan(int steps, double strength = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, MaxSteps);
        int start = StartIndex(steps, strength);
        if (start == steps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(strength),
                strength,
                $"{steps} steps at strength {strength} leave no step to do: raise the strength or the steps.");
        }

        var times = Times(steps);
        var coefficients = new StepCoefficients[steps - start];
        for (int i = start; i < steps; i++)
        {
            coefficients[i - start] = Step(times, i, start);
            if (!coefficients[i - start].IsFinite)
            {
                throw new SchedulerConfigException(
                    $"{ClassName} with {steps} steps",
                    [$"step {i} is not finite: set final_sigmas_type to sigma_min, take fewer steps, or choose another scheduler"]);
            }
        }

        return new SamplingPlan(times, coefficients, start, InitNoiseSigma(times));
    }

    /// <summary>
    /// The first step of a run at a strength, counted in the steps of a whole run:
    /// steps − min(⌊steps · strength⌋, steps).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The strength is not from 0 to 1.</exception>
    public static int StartIndex(int steps, double strength)
    {
        if (strength is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "The strength must be from 0 to 1.");
        }

        return steps - Math.Min((int)(steps * strength), steps);
    }

    private protected virtual int MaxSteps => Settings.TrainTimesteps;

    internal abstract SampleTimes Times(int steps);

    private protected abstract StepCoefficients Step(SampleTimes times, int index, int start);

    private protected virtual float InitNoiseSigma(SampleTimes times) => 1;
}
