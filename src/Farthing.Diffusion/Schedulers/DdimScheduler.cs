namespace Farthing.Diffusion.Schedulers;

/// <summary>DDIM: Song et al. 2021, equations 12 and 16.</summary>
internal sealed class DdimScheduler(SchedulerSettings settings) : Scheduler(settings)
{
    internal override SampleTimes Times(int steps) =>
        new([.. TimestepGrid.WithEnd(Settings, steps).Select(t => (float)Math.Round(t))], []);

    private protected override StepCoefficients Step(SampleTimes times, int index, int start)
    {
        int last = Settings.TrainTimesteps - 1;
        int timestep = Math.Min((int)times.Timesteps[index], last);
        int previous = timestep - (Settings.TrainTimesteps / times.Timesteps.Length);
        double bar = Schedule.AlphasCumprod[timestep];
        double previousBar = previous >= 0 ? Schedule.AlphasCumprod[previous]
            : Settings.SetAlphaToOne ? 1 : Schedule.AlphasCumprod[0];

        double variance = (1 - previousBar) / (1 - bar) * (1 - (bar / previousBar));
        double deviation = Settings.Eta * Math.Sqrt(variance);
        double direction = Math.Sqrt(1 - previousBar - (deviation * deviation));
        var mix = new NoiseMix(Math.Sqrt(bar), Math.Sqrt(1 - bar));

        // The predicted noise is taken from the model's output, not from the clipped clean latents.
        var (noiseOfLatents, noiseOfOutput) = Settings.Prediction switch
        {
            PredictionType.Epsilon => (0.0, 1.0),
            PredictionType.Velocity => (mix.Noise, mix.Clean),
            _ => (1 / mix.Noise, -mix.Clean / mix.Noise),
        };
        return new StepCoefficients
        {
            Mix = mix,
            Clean = CleanPrediction.Of(Settings.Prediction, mix, Settings.ClipRange),
            Update = new Update(
                Latents: direction * noiseOfLatents,
                Current: Math.Sqrt(previousBar),
                Output: direction * noiseOfOutput,
                Noise: deviation),
        };
    }
}
