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

    private readonly List<string> _problems = [];

    public SchedulerConfig Read(ReadOnlySpan<byte> json)
    {
        using var document = Document(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new SchedulerConfigException(source, ["the file must hold one JSON object"]);
        }

        var config = new SchedulerConfig
        {
            ClassName = Text(root, "_class_name"),
            TrainTimesteps = Whole(root, "num_train_timesteps", 1, 1_000_000),
            BetaStart = Number(root, "beta_start", 0, 1),
            BetaEnd = Number(root, "beta_end", 0, 1),
            BetaSchedule = Choice<BetaSchedule>(
                root,
                "beta_schedule",
                ("linear", BetaSchedule.Linear),
                ("scaled_linear", BetaSchedule.ScaledLinear),
                ("squaredcos_cap_v2", BetaSchedule.SquaredCosineCapped)),
            TrainedBetas = Betas(root),
            PredictionType = Choice<PredictionType>(
                root,
                "prediction_type",
                ("epsilon", PredictionType.Epsilon),
                ("v_prediction", PredictionType.Velocity),
                ("sample", PredictionType.Sample),
                ("original_sample", PredictionType.Sample)),
            TimestepSpacing = Choice<TimestepSpacing>(
                root,
                "timestep_spacing",
                ("linspace", TimestepSpacing.Linspace),
                ("leading", TimestepSpacing.Leading),
                ("trailing", TimestepSpacing.Trailing)),
            StepsOffset = Whole(root, "steps_offset", 0, 1_000_000),
            RescaleBetasZeroSnr = Flag(root, "rescale_betas_zero_snr"),
            UseKarrasSigmas = Flag(root, "use_karras_sigmas"),
            FinalSigma = Choice<FinalSigma>(
                root, "final_sigmas_type", ("zero", FinalSigma.Zero), ("sigma_min", FinalSigma.SigmaMin)),
            SigmaMin = Number(root, "sigma_min", 0, float.MaxValue),
            SigmaMax = Number(root, "sigma_max", 0, float.MaxValue),
            AlgorithmType = Text(root, "algorithm_type"),
            SolverType = Text(root, "solver_type"),
            SolverOrder = Whole(root, "solver_order", 1, 3),
            LowerOrderFinal = Flag(root, "lower_order_final"),
            EulerAtFinal = Flag(root, "euler_at_final"),
            ClipSample = Flag(root, "clip_sample"),
            ClipSampleRange = Number(root, "clip_sample_range", 0, float.MaxValue),
            SetAlphaToOne = Flag(root, "set_alpha_to_one"),
            OriginalInferenceSteps = Whole(root, "original_inference_steps", 1, 1_000_000),
            TimestepScaling = Number(root, "timestep_scaling", 0, float.MaxValue),
            Unsupported = Unsupported(root),
        };
        return _problems.Count == 0 ? config : throw new SchedulerConfigException(source, _problems);
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

    private static bool TryGet(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private string? Text(JsonElement root, string name)
    {
        if (!TryGet(root, name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : Odd<string>(name, value, "a text");
    }

    private bool? Flag(JsonElement root, string name)
    {
        if (!TryGet(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Odd<string>(name, value, "true or false");
        return null;
    }

    private int? Whole(JsonElement root, string name, int from, int to)
    {
        if (!TryGet(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole) && whole >= from && whole <= to)
        {
            return whole;
        }

        Odd<string>(name, value, $"a whole number from {from} to {to}");
        return null;
    }

    private double? Number(JsonElement root, string name, double above, double to)
    {
        if (!TryGet(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number > above && number <= to)
        {
            return number;
        }

        Odd<string>(name, value, to >= float.MaxValue ? $"a number above {above}" : $"a number above {above}, at most {to}");
        return null;
    }

    private T? Choice<T>(JsonElement root, string name, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        if (Text(root, name) is not { } text)
        {
            return null;
        }

        var known = new List<string>(choices.Length);
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }

            known.Add(choice.Name);
        }

        _problems.Add($"{name} is \"{text}\" but must be one of {string.Join(", ", known)}");
        return null;
    }

    private ImmutableArray<float>? Betas(JsonElement root)
    {
        const string Name = "trained_betas";
        if (!TryGet(root, Name, out var value))
        {
            return null;
        }

        var betas = value.ValueKind != JsonValueKind.Array
            ? []
            : value.EnumerateArray()
                .Select(b => b.ValueKind == JsonValueKind.Number ? (float)b.GetDouble() : float.NaN)
                .ToImmutableArray();
        if (betas.Length > 0 && betas.All(b => b is > 0 and < 1))
        {
            return betas;
        }

        _problems.Add($"{Name} must be a list of numbers between 0 and 1");
        return null;
    }

    private static ImmutableArray<string> Unsupported(JsonElement root)
    {
        var names = UnsupportedSwitches.Where(name => TryGet(root, name, out var value) && IsOn(value)).ToList();
        if (TryGet(root, "predict_x0", out var predictX0) && predictX0.ValueKind == JsonValueKind.False)
        {
            names.Add("predict_x0");
        }

        if (TryGet(root, "interpolation_type", out var interpolation) && !interpolation.ValueEquals("linear"))
        {
            names.Add("interpolation_type");
        }

        if (TryGet(root, "timestep_type", out var type) && !type.ValueEquals("discrete"))
        {
            names.Add("timestep_type");
        }

        return [.. names];
    }

    private static bool IsOn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };

    private T? Odd<T>(string name, JsonElement value, string wanted)
        where T : class
    {
        _problems.Add($"{name} is {value.GetRawText()} but must be {wanted}");
        return null;
    }
}
