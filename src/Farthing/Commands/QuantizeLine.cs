using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Diffusion.Quantization.Ranges;
using Farthing.Diffusion.Quantization.Sensitivity;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing quantize</c> for.</summary>
internal sealed record QuantizeLine
{
    /// <summary>The settings, but for the calibration set.</summary>
    public required QuantizeSettings Settings { get; init; }

    /// <summary>The calibration file's full path; null where none is needed.</summary>
    public required string? Calibration { get; init; }

    /// <summary>How many prompts; null for as many as there are, up to the default.</summary>
    public required int? Samples { get; init; }

    /// <summary>Seed of the first prompt without one.</summary>
    public required long Seed { get; init; }

    /// <summary>Denoising steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Guidance scale.</summary>
    public required float Guidance { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public required bool Json { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (QuantizeLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        string? model = line.GetValue(QuantizeOptions.Model);
        if (string.IsNullOrWhiteSpace(model))
        {
            options.Refuse("Say which model: a directory such as models/demo.");
        }

        string? target = options.Filled(QuantizeOptions.Out);
        if (options.Text(QuantizeOptions.Out) is null)
        {
            options.Refuse("--out is missing. Name the directory that is made, such as models/demo-int8.");
        }

        TargetPrecision precision = ReadPrecision(line, options);
        string? calibration = ReadCalibration(options, places, precision);
        QuantizeSettings settings = ReadSettings(line, options, places, model ?? "", target ?? "", precision);
        RefuseInside(options, settings);
        var read = new QuantizeLine
        {
            Settings = settings,
            Calibration = calibration,
            Samples = (int?)options.Whole(QuantizeOptions.Samples, CalibrationSet.FewestPrompts, 100_000),
            Seed = options.Whole(QuantizeOptions.Seed, 0, long.MaxValue / 2) ?? 0,
            Steps = (int?)options.Whole(QuantizeOptions.Steps, 2, 1000) ?? 25,
            Guidance = (float)(options.Number(QuantizeOptions.Guidance, 0, 50) ?? 5),
            Json = line.GetValue(SharedOptions.Json),
        };
        return options.Errors.Count == 0 ? (read, []) : (null, options.Errors);
    }

    private static TargetPrecision ReadPrecision(SymbolResult line, OptionReader options)
    {
        TargetPrecision precision = options.Choice(
            QuantizeOptions.To, TargetPrecision.Int8Calibrated, ("int8", TargetPrecision.Int8Calibrated), ("fp16", TargetPrecision.Float16));
        if (!line.GetValue(QuantizeOptions.WeightsOnly))
        {
            return precision;
        }

        if (precision == TargetPrecision.Float16)
        {
            options.Refuse("--weights-only and --to fp16 contradict each other. Leave one out.");
        }

        return TargetPrecision.Int8Weights;
    }

    private static string? ReadCalibration(OptionReader options, Places places, TargetPrecision precision)
    {
        if (precision == TargetPrecision.Int8Calibrated)
        {
            if (options.Text(QuantizeOptions.Calibration) is null)
            {
                options.Refuse("--calibration is missing. Name a file of prompts like those that will be rendered, such as samples/calibration.jsonl.");
            }

            return options.Filled(QuantizeOptions.Calibration) is { } file ? places.Full(file) : null;
        }

        Option<string?>[] useless =
        [
            QuantizeOptions.Calibration, QuantizeOptions.Samples, QuantizeOptions.Steps, QuantizeOptions.Guidance, QuantizeOptions.Seed,
            QuantizeOptions.Method, QuantizeOptions.Percentile, QuantizeOptions.Budget, QuantizeOptions.Sensitivity, QuantizeOptions.SmoothQuant,
        ];
        string[] written = [.. useless.Where(option => options.Text(option) is not null).Select(static option => option.Name)];
        if (written.Length > 0)
        {
            options.Refuse($"{string.Join(", ", written)}: {(precision == TargetPrecision.Float16 ? "--to fp16" : "--weights-only")} collects no ranges. Leave it out.");
        }

        return null;
    }

    private static QuantizeSettings ReadSettings(
        SymbolResult line, OptionReader options, Places places, string model, string target, TargetPrecision precision)
    {
        var defaults = new QuantizeSettings { Source = model, Target = target, Tool = "" };
        RangeMethod method = options.Choice(
            QuantizeOptions.Method,
            options.Text(QuantizeOptions.Percentile) is null ? defaults.Ranges.Method : RangeMethod.Percentile,
            ("minmax", RangeMethod.MinMax),
            ("percentile", RangeMethod.Percentile),
            ("entropy", RangeMethod.Entropy));
        double? percentile = options.Number(QuantizeOptions.Percentile, 50, 100, withMin: false);
        if (percentile is not null && method != RangeMethod.Percentile)
        {
            options.Refuse("--percentile goes with --method percentile. Leave one out.");
        }

        return defaults with
        {
            Source = places.Full(model.Length > 0 ? model : "."),
            Target = places.Full(target.Length > 0 ? target : "."),
            Tool = "farthing " + (typeof(QuantizeLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? ""),
            Precision = precision,
            Ranges = new RangeChoice(method, percentile ?? defaults.Ranges.Percent),
            Budget = options.Number(QuantizeOptions.Budget, 0, 1) ?? defaults.Budget,
            Smoothing = options.Number(QuantizeOptions.SmoothQuant, 0, 1),
            Sensitivity = options.Choice<SensitivityMeasure?>(
                QuantizeOptions.Sensitivity, null, ("output", SensitivityMeasure.Output), ("local", SensitivityMeasure.Local)),
            Replace = line.GetValue(QuantizeOptions.Force),
        };
    }

    private static void RefuseInside(OptionReader options, QuantizeSettings settings)
    {
        string source = Path.TrimEndingDirectorySeparator(settings.Source), target = Path.TrimEndingDirectorySeparator(settings.Target);
        if (source == target || target.StartsWith(source + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || source.StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            options.Refuse("--out and the model lie in one another. Name a directory beside the model.");
        }
    }
}
