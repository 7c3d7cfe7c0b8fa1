using System.Collections.Immutable;

namespace Farthing.Diffusion.Schedulers;

/// <summary>A <see cref="SchedulerConfig"/> with one class's defaults filled in and its odd values refused.</summary>
internal sealed record SchedulerSettings(SchedulerFamily Family)
{
    public required int TrainTimesteps { get; init; }

    public required double BetaStart { get; init; }

    public required double BetaEnd { get; init; }

    public required BetaSchedule BetaSchedule { get; init; }

    public ImmutableArray<float>? TrainedBetas { get; init; }

    public required bool RescaleBetasZeroSnr { get; init; }

    public required PredictionType Prediction { get; init; }

    public required TimestepSpacing Spacing { get; init; }

    public required int StepsOffset { get; init; }

    public required bool Karras { get; init; }

    public required FinalSigma FinalSigma { get; init; }

    public double? SigmaMin { get; init; }

    public double? SigmaMax { get; init; }

    public required bool Stochastic { get; init; }

    public required bool Heun { get; init; }

    public required bool Bh1 { get; init; }

    public required int Order { get; init; }

    public required bool LowerOrderFinal { get; init; }

    public required bool EulerAtFinal { get; init; }

    public required double ClipRange { get; init; }

    public required bool SetAlphaToOne { get; init; }

    public required int OriginalInferenceSteps { get; init; }

    public required double TimestepScaling { get; init; }

    public required double Eta { get; init; }

    /// <exception cref="SchedulerConfigException">The class can't follow the configuration.</exception>
    public static SchedulerSettings Resolve(SchedulerFamily family, SchedulerConfig config)
    {
        var problems = SchedulerLimits.Problems(family, config);
        if (problems.Count > 0)
        {
            throw new SchedulerConfigException($"the {family} scheduler's configuration", problems);
        }

        bool lcm = family == SchedulerFamily.Lcm, ddim = family == SchedulerFamily.Ddim;
        bool hasSigmaRange = family is SchedulerFamily.Euler or SchedulerFamily.UniPc;
        return new SchedulerSettings(family)
        {
            TrainTimesteps = config.TrainedBetas?.Length ?? config.TrainTimesteps ?? 1000,
            BetaStart = config.BetaStart ?? (lcm ? 0.00085 : 0.0001),
            BetaEnd = config.BetaEnd ?? (lcm ? 0.012 : 0.02),
            BetaSchedule = config.BetaSchedule ?? (lcm ? BetaSchedule.ScaledLinear : BetaSchedule.Linear),
            TrainedBetas = config.TrainedBetas,
            RescaleBetasZeroSnr = config.RescaleBetasZeroSnr ?? false,
            Prediction = config.PredictionType ?? PredictionType.Epsilon,
            Spacing = config.TimestepSpacing ?? (lcm || ddim ? TimestepSpacing.Leading : TimestepSpacing.Linspace),
            StepsOffset = config.StepsOffset ?? 0,
            Karras = config.UseKarrasSigmas ?? false,
            FinalSigma = config.FinalSigma ?? FinalSigma.Zero,
            SigmaMin = hasSigmaRange ? config.SigmaMin : null,
            SigmaMax = hasSigmaRange ? config.SigmaMax : null,
            Stochastic = config.AlgorithmType == "sde-dpmsolver++",
            Heun = config.SolverType == "heun",
            Bh1 = config.SolverType == "bh1",
            Order = config.SolverOrder ?? 2,
            LowerOrderFinal = config.LowerOrderFinal ?? true,
            EulerAtFinal = config.EulerAtFinal ?? false,
            ClipRange = (lcm || ddim) && (config.ClipSample ?? ddim)
                ? config.ClipSampleRange ?? 1
                : double.PositiveInfinity,
            SetAlphaToOne = config.SetAlphaToOne ?? true,
            OriginalInferenceSteps = config.OriginalInferenceSteps ?? 50,
            TimestepScaling = config.TimestepScaling ?? 10,
            Eta = ddim ? config.Eta : 0,
        };
    }
}
