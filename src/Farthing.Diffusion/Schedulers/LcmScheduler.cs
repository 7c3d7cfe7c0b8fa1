namespace Farthing.Diffusion.Schedulers;

/// <summary>Latent consistency sampling: Luo et al. 2023, with the boundary condition of equation 9.</summary>
internal sealed class LcmScheduler(SchedulerSettings settings) : Scheduler(settings)
{
    private const double SigmaData = 0.5;

    private protected override int MaxSteps => Settings.OriginalInferenceSteps;

    internal override SampleTimes Times(int steps)
    {
        // The run's timesteps are taken from those that the model was distilled on, from the noisiest.
        int original = Settings.OriginalInferenceSteps;
        int stride = Settings.TrainTimesteps / original;
        return new SampleTimes([.. Enumerable.Range(0, steps).Select(Timestep)], []);

        float Timestep(int i) => ((original - (int)(i * (original / (double)steps))) * stride) - 1;
    }

    private protected override StepCoefficients Step(SampleTimes times, int index, int start)
    {
        int timestep = (int)times.Timesteps[index];
        double bar = Schedule.AlphasCumprod[timestep];
        var mix = new NoiseMix(Math.Sqrt(bar), Math.Sqrt(1 - bar));
        double scaled = timestep * Settings.TimestepScaling;
        double norm = (scaled * scaled) + (SigmaData * SigmaData);
        double skip = SigmaData * SigmaData / norm, output = scaled / Math.Sqrt(norm);

        var update = new Update(Latents: skip, Current: output);
        if (index + 1 < times.Timesteps.Length)
        {
            double next = Schedule.AlphasCumprod[(int)times.Timesteps[index + 1]];
            double keep = Math.Sqrt(next);
            update = new Update(Latents: keep * skip, Current: keep * output, Noise: Math.Sqrt(1 - next));
        }

        return new StepCoefficients
        {
            Mix = mix,
            Clean = CleanPrediction.Of(Settings.Prediction, mix, Settings.ClipRange),
            Update = update,
        };
    }
}
