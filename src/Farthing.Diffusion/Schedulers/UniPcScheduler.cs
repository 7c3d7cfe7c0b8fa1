namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// UniPC (Zhao et al. 2023, algorithms 5 and 6) of order 1 or 2 on clean predictions: each step first
/// corrects the latents that it starts from, now that the model has seen them, then predicts the next.
/// </summary>
internal sealed class UniPcScheduler(SchedulerSettings settings) : Scheduler(settings)
{
    internal override SampleTimes Times(int steps) => SampleTimes.ForMultistep(Settings, Schedule, steps);

    private protected override StepCoefficients Step(SampleTimes times, int index, int start)
    {
        var mix = NoiseMix.VariancePreserving(times.Sigmas[index]);
        return new StepCoefficients
        {
            Mix = mix,
            Clean = CleanPrediction.Of(Settings.Prediction, mix),
            Correction = index > start ? Corrector(times.Sigmas, index, OrderAt(times, index - 1, start)) : null,
            Update = Predictor(times.Sigmas, index, OrderAt(times, index, start)),
        };
    }

    private int OrderAt(SampleTimes times, int index, int start)
    {
        int order = Settings.LowerOrderFinal
            ? Math.Min(Settings.Order, times.Timesteps.Length - index)
            : Settings.Order;
        return Math.Min(order, index - start + 1);
    }

    private Update Predictor(float[] sigmas, int index, int order)
    {
        var phi = new Interval(sigmas[index], sigmas[index + 1], Settings.Bh1);
        if (order == 1)
        {
            return new Update(phi.Keep, phi.Gain);
        }

        // Half the slope, (previous − current) / r.
        double weight = -phi.Alpha * phi.B / 2 / phi.Ratio(sigmas[index - 1]);
        return new Update(phi.Keep, phi.Gain - weight, weight);
    }

    private Correction Corrector(float[] sigmas, int index, int order)
    {
        var phi = new Interval(sigmas[index - 1], sigmas[index], Settings.Bh1);
        double scale = -phi.Alpha * phi.B;
        if (order == 1)
        {
            double half = scale / 2;
            return new Correction(phi.Keep, Current: half, Previous: phi.Gain - half, BeforePrevious: 0);
        }

        // Weights that make the sum exact for polynomials of degree 2: ρ₁ + ρ₂ = b₁, r ρ₁ + ρ₂ = b₂.
        double ratio = phi.Ratio(sigmas[index - 2]);
        double rho1 = (phi.B1 - phi.B2) / (1 - ratio), rho2 = phi.B1 - rho1;
        double older = scale * rho1 / ratio, newer = scale * rho2;
        return new Correction(phi.Keep, Current: newer, Previous: phi.Gain - older - newer, BeforePrevious: older);
    }

    /// <summary>The integrals over one interval of λ = −ln σ that the method needs.</summary>
    private readonly struct Interval
    {
        private readonly double _logFrom;
        private readonly double _h;

        public Interval(double from, double to, bool bh1)
        {
            var target = NoiseMix.VariancePreserving(to);
            double decay = to / from, negativeH = Math.Log(decay), phi1 = decay - 1;
            _logFrom = Math.Log(from);
            _h = -negativeH;
            Alpha = target.Clean;
            Keep = target.Noise / NoiseMix.VariancePreserving(from).Noise;
            Gain = -Alpha * phi1;
            B = bh1 ? negativeH : phi1;
            double phi2 = (phi1 / negativeH) - 1;
            double phi3 = (phi2 / negativeH) - 0.5;
            B1 = phi2 / B;
            B2 = 2 * phi3 / B;
        }

        public double Alpha { get; }

        public double Keep { get; }

        public double Gain { get; }

        public double B { get; }

        public double B1 { get; }

        public double B2 { get; }

        /// <summary>How far an earlier noise level lies, in this interval's lengths: negative.</summary>
        public double Ratio(double earlierSigma) => (_logFrom - Math.Log(earlierSigma)) / _h;
    }
}
