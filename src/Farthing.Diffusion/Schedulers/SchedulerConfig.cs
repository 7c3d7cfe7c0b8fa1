using System.Collections.Immutable;

namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// What a model's <c>scheduler_config.json</c> says, in the terms of diffusers. A property that is null was
/// not said: then the default of the scheduler class that is made from it counts, as with
/// <c>from_config</c> of diffusers.
/// </summary>
public sealed record SchedulerConfig
{
    /// <summary>A configuration that says nothing: every class's own defaults.</summary>
    public static SchedulerConfig Empty { get; } = new();

    /// <summary>The class that the file was written for (<c>_class_name</c>).</summary>
    public string? ClassName { get; init; }

    /// <summary>How many timesteps the model was trained with, 2 or more. Default 1000.</summary>
    public int? TrainTimesteps { get; init; }

    /// <summary>The first noise variance, between 0 and 1. Default 0.0001; LCM 0.00085.</summary>
    public double? BetaStart { get; init; }

    /// <summary>The last noise variance, between 0 and 1. Default 0.02; LCM 0.012.</summary>
    public double? BetaEnd { get; init; }

    /// <summary>Default linear; LCM scaled linear.</summary>
    public BetaSchedule? BetaSchedule { get; init; }

    /// <summary>The variances themselves, in place of a schedule: two or more, each between 0 and 1.</summary>
    public ImmutableArray<float>? TrainedBetas { get; init; }

    /// <summary>Default epsilon.</summary>
    public PredictionType? PredictionType { get; init; }

    /// <summary>Default linspace; DDIM and LCM leading.</summary>
    public TimestepSpacing? TimestepSpacing { get; init; }

    /// <summary>Added to the timesteps of leading spacing, 0 or more. Default 0.</summary>
    public int? StepsOffset { get; init; }

    /// <summary>Whether the last training timestep is pure noise. Default false.</summary>
    public bool? RescaleBetasZeroSnr { get; init; }

    /// <summary>DPM++, Euler, UniPC: noise levels after Karras et al. 2022, equation 5. Default false.</summary>
    public bool? UseKarrasSigmas { get; init; }

    /// <summary>DPM++, Euler, UniPC: where a run ends. Default zero.</summary>
    public FinalSigma? FinalSigma { get; init; }

    /// <summary>Euler, UniPC: the least Karras noise level, above 0. Default: the schedule's.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>Euler, UniPC: the greatest Karras noise level, above 0. Default: the schedule's.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>DPM++: <c>dpmsolver++</c> (default) or <c>sde-dpmsolver++</c>.</summary>
    public string? AlgorithmType { get; init; }

    /// <summary>DPM++: <c>midpoint</c> (default) or <c>heun</c>; UniPC: <c>bh2</c> (default) or <c>bh1</c>.</summary>
    public string? SolverType { get; init; }

    /// <summary>DPM++, UniPC: 1 or 2. Default 2.</summary>
    public int? SolverOrder { get; init; }

    /// <summary>DPM++, UniPC: lower orders at a run's end. Default true.</summary>
    public bool? LowerOrderFinal { get; init; }

    /// <summary>DPM++: the last step is of order 1 in any case. Default false.</summary>
    public bool? EulerAtFinal { get; init; }

    /// <summary>DDIM, LCM: clip the predicted clean latents. Default true for DDIM, false for LCM.</summary>
    public bool? ClipSample { get; init; }

    /// <summary>DDIM, LCM: clip to ± this, above 0. Default 1.</summary>
    public double? ClipSampleRange { get; init; }

    /// <summary>DDIM: the last step ends at ᾱ = 1, not at the first training ᾱ. Default true.</summary>
    public bool? SetAlphaToOne { get; init; }

    /// <summary>LCM: the steps of the schedule that it was distilled on, 1 or more. Default 50.</summary>
    public int? OriginalInferenceSteps { get; init; }

    /// <summary>LCM: the timestep's factor in the boundary condition, above 0. Default 10.</summary>
    public double? TimestepScaling { get; init; }

    /// <summary>
    /// DDIM: the share of fresh noise in each step, 0 (none) to 1 (as DDPM). Default 0. No file holds it:
    /// in diffusers it is an argument of the pipeline.
    /// </summary>
    public double Eta { get; init; }

    /// <summary>Names of settings that the file turns on and that no scheduler here follows.</summary>
    internal ImmutableArray<string> Unsupported { get; init; } = [];

    /// <summary>Reads the text of a <c>scheduler_config.json</c>.</summary>
    /// <param name="json">UTF-8 JSON; the bare <c>-Infinity</c> and <c>NaN</c> of Python are understood.</param>
    /// <param name="source">What the text is called in errors, such as its path.</param>
    /// <exception cref="SchedulerConfigException">The text is no JSON object, or values in it are odd: all are named.</exception>
    public static SchedulerConfig Parse(ReadOnlySpan<byte> json, string source) =>
        new SchedulerConfigReader(source).Read(json);

    /// <summary>Reads a model's <c>scheduler_config.json</c>.</summary>
    /// <exception cref="SchedulerConfigException">The file can't be read, is no JSON object, or holds odd values.</exception>
    public static SchedulerConfig Load(string path)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SchedulerConfigException(path, [$"the file can't be read: {e.Message}"], e);
        }

        return Parse(json, path);
    }
}
