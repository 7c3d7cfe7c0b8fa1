using System.Collections.Immutable;
using System.Text.Json;

namespace Farthing.Diffusion.Schedulers;

/// <summary>Turns JSON into a <see cref="SchedulerConfig"/> and collects what is odd on the way.</summary>
internal sealed class SchedulerConfigReader(string source)
{
    private static readonly ImmutableArray<string> UnsupportedSwitches =
    [
        "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas", "use_lu_lambdas", "solver_p",
        "variance_type", "lambda_min_clipped", "disable_corrector",
    ];

    public SchedulerConfig Read(ReadOnlySpan<byte> json)
    {
        using var document = Document(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new SchedulerConfigException(source, ["the file must hold one JSON object"]);
        }

        var fields = new ConfigFields(root);
        var config = new SchedulerConfig
        {
            ClassName = fields.Text("_class_name"),
            TrainTimesteps = fields.Whole("num_train_timesteps", 2, 1_000_000),
            BetaStart = fields.Number("beta_start", 0, 1),
            BetaEnd = fields.Number("beta_end", 0, 1),
            BetaSchedule = fields.Choice<BetaSchedule>(
                "beta_schedule",
                ("linear", BetaSchedule.Linear),
                ("scaled_linear", BetaSchedule.ScaledLinear),
                ("squaredcos_cap_v2", BetaSchedule.SquaredCosineCapped)),
            TrainedBetas = fields.Fractions("trained_betas"),
            PredictionType = fields.Choice<PredictionType>(
                "prediction_type",
                ("epsilon", PredictionType.Epsilon),
                ("v_prediction", PredictionType.Velocity),
                ("sample", PredictionType.Sample),
                ("original_sample", PredictionType.Sample)),
            TimestepSpacing = fields.Choice<TimestepSpacing>(
                "timestep_spacing",
                ("linspace", TimestepSpacing.Linspace),
                ("leading", TimestepSpacing.Leading),
                ("trailing", TimestepSpacing.Trailing)),
            StepsOffset = fields.Whole("steps_offset", 0, 1_000_000),
            RescaleBetasZeroSnr = fields.Flag("rescale_betas_zero_snr"),
            UseKarrasSigmas = fields.Flag("use_karras_sigmas"),
            FinalSigma = fields.Choice<FinalSigma>(
                "final_sigmas_type", ("zero", FinalSigma.Zero), ("sigma_min", FinalSigma.SigmaMin)),
            SigmaMin = fields.Number("sigma_min", 0, float.MaxValue),
            SigmaMax = fields.Number("sigma_max", 0, float.MaxValue),
            AlgorithmType = fields.Text("algorithm_type"),
            SolverType = fields.Text("solver_type"),
            SolverOrder = fields.Whole("solver_order", 1, 3),
            LowerOrderFinal = fields.Flag("lower_order_final"),
            EulerAtFinal = fields.Flag("euler_at_final"),
            ClipSample = fields.Flag("clip_sample"),
            ClipSampleRange = fields.Number("clip_sample_range", 0, float.MaxValue),
            SetAlphaToOne = fields.Flag("set_alpha_to_one"),
            OriginalInferenceSteps = fields.Whole("original_inference_steps", 1, 1_000_000),
            TimestepScaling = fields.Number("timestep_scaling", 0, float.MaxValue),
            Unsupported = Unsupported(fields),
        };
        return fields.Problems.Count == 0 ? config : throw new SchedulerConfigException(source, fields.Problems);
    }

    private JsonDocument Document(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonDocument.Parse(PythonJson.WithoutBareNumbers(json));
        }
        catch (JsonException e)
        {
            throw new SchedulerConfigException(source, [$"the file is not JSON: {e.Message}"], e);
        }
    }

    private static ImmutableArray<string> Unsupported(ConfigFields fields)
    {
        var names = UnsupportedSwitches.Where(name => fields.TryGet(name, out var value) && IsOn(value)).ToList();
        if (fields.TryGet("predict_x0", out var predictX0) && predictX0.ValueKind == JsonValueKind.False)
        {
            names.Add("predict_x0");
        }

        if (fields.TryGet("interpolation_type", out var interpolation) && !Is(interpolation, "linear"))
        {
            names.Add("interpolation_type");
        }

        if (fields.TryGet("timestep_type", out var type) && !Is(type, "discrete"))
        {
            names.Add("timestep_type");
        }

        return [.. names];
    }

    private static bool Is(JsonElement value, string text) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool IsOn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
