using System.CommandLine.Parsing;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing evaluate</c> for.</summary>
internal sealed record EvaluateLine
{
    /// <summary>The plan, but for the pictures and the size that the model decides.</summary>
    public required EvaluationPlan Plan { get; init; }

    /// <summary>The prompts' full path.</summary>
    public required string Prompts { get; init; }

    /// <summary>How many prompts; null for all.</summary>
    public required int? Pictures { get; init; }

    /// <summary>Width in pixels; null for the model's own.</summary>
    public required int? Width { get; init; }

    /// <summary>Height in pixels; null for the model's own.</summary>
    public required int? Height { get; init; }

    /// <summary>Seed of the first row that has none.</summary>
    public required long Seed { get; init; }

    /// <summary>Pairs on the contact sheet.</summary>
    public required int Sheet { get; init; }

    /// <summary>Where the results go.</summary>
    public required string Out { get; init; }

    /// <summary>The data folder, which holds the signing key.</summary>
    public required string Data { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public required bool Json { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (EvaluateLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        var (reference, candidate) = ReadModels(line, options, places);
        string prompts = options.Filled(EvaluateOptions.Prompts) is { } file ? places.Full(file) : places.EvaluationPrompts();
        if (!File.Exists(prompts))
        {
            options.Refuse($"There are no prompts '{prompts}'. Name a CSV or JSONL file with --prompts.");
        }

        ManifestOptions limits = ManifestOptions.Default;
        var defaults = new EvaluationPlan { Reference = reference, Candidate = candidate, Clip = "", Items = [], Width = 0, Height = 0 };
        var read = new EvaluateLine
        {
            Plan = defaults with
            {
                Clip = ReadClip(options, places),
                Features = ReadFeatures(options, places),
                Steps = (int?)options.Whole(EvaluateOptions.Steps, 1, limits.MaxSteps) ?? defaults.Steps,
                Guidance = options.Number(EvaluateOptions.Guidance, 0, limits.MaxGuidance) ?? defaults.Guidance,
                Scheduler = options.Choice(EvaluateOptions.Scheduler, defaults.Scheduler, [.. Enum.GetValues<SchedulerKind>().Select(static kind => (kind.ToName(), kind))]),
                BatchSize = (int?)options.Whole(EvaluateOptions.Batch, 1, 64) ?? defaults.BatchSize,
                Threads = (int?)options.Whole(EvaluateOptions.Threads, 1, 256) ?? defaults.Threads,
                Margin = options.Number(EvaluateOptions.Margin, 0, 1) ?? defaults.Margin,
                InTurn = line.GetValue(EvaluateOptions.InTurn),
            },
            Prompts = prompts,
            Pictures = (int?)options.Whole(EvaluateOptions.Pictures, 2, 10_000),
            Width = options.Multiple(EvaluateOptions.Width, limits.MinSide, limits.MaxSide, limits.SideStep),
            Height = options.Multiple(EvaluateOptions.Height, limits.MinSide, limits.MaxSide, limits.SideStep),
            Seed = options.Whole(EvaluateOptions.Seed, 0, long.MaxValue / 2) ?? 0,
            Sheet = (int?)options.Whole(EvaluateOptions.Sheet, 0, 200) ?? 24,
            Out = places.Full(options.Filled(EvaluateOptions.Out) ?? Path.Combine("out", "evaluation")),
            Data = options.Filled(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data(),
            Json = line.GetValue(SharedOptions.Json),
        };
        return options.Errors.Count == 0 ? (read, []) : (null, options.Errors);
    }

    private static (string Reference, string Candidate) ReadModels(SymbolResult line, OptionReader options, Places places)
    {
        string? first = line.GetValue(EvaluateOptions.Reference), second = line.GetValue(EvaluateOptions.Candidate);
        if (options.Filled(EvaluateOptions.Precision) is { } pair)
        {
            return ReadPrecisions(pair, first, second, options, places);
        }

        if (string.IsNullOrWhiteSpace(first) || string.IsNullOrWhiteSpace(second))
        {
            options.Refuse("Say which two models: the reference and the candidate, such as models/demo models/demo-int8; or two precisions of one, such as --precision fp32,int8.");
            return ("", "");
        }

        foreach (string model in new[] { first, second }.Where(model => !Directory.Exists(places.Full(model))))
        {
            options.Refuse($"'{model}' is no directory. Name the folder that holds model_index.json.");
        }

        return (places.Full(first), places.Full(second));
    }

    private static (string Reference, string Candidate) ReadPrecisions(string pair, string? model, string? second, OptionReader options, Places places)
    {
        if (second is not null)
        {
            options.Refuse("--precision goes with one model directory, or none. Leave the second out.");
        }

        string[] names = pair.Split(',', StringSplitOptions.TrimEntries);
        if (names.Length != 2 || !ModelPrecisionNames.TryParse(names[0], out var a) || !ModelPrecisionNames.TryParse(names[1], out var b) || a == b)
        {
            options.Refuse($"--precision '{pair}' is no pair. Write two different ones of {string.Join(", ", ModelPrecisionNames.All)}, the reference first, such as fp32,int8.");
            return ("", "");
        }

        string stem = model is { Length: > 0 } ? places.Full(model) : places.Model();
        return (Find(a), Find(b));

        string Find(ModelPrecision precision)
        {
            var places = PrecisionSiblings.PathsOf(stem, precision);
            string? found = places.FirstOrDefault(path => PrecisionOf(path) == precision);
            if (found is null)
            {
                options.Refuse($"There is no {precision.ToName()} model in '{string.Join("' or '", places)}'. Make it with `farthing quantize`, or name two directories.");
            }

            return found ?? "";
        }
    }

    private static ModelPrecision? PrecisionOf(string path)
    {
        try
        {
            return Directory.Exists(path) ? ModelDirectory.Open(path).Precision : null;
        }
        catch (ModelDirectoryException)
        {
            return null;
        }
    }

    private static string ReadClip(OptionReader options, Places places)
    {
        string clip = options.Filled(EvaluateOptions.Clip) is { } folder ? places.Full(folder) : places.Clip();
        if (!Directory.Exists(clip))
        {
            options.Refuse($"There is no CLIP '{clip}'. Name a directory in optimum's ONNX layout with --clip.");
        }

        return clip;
    }

    private static string? ReadFeatures(OptionReader options, Places places)
    {
        if (options.Filled(EvaluateOptions.Features) is not { } file)
        {
            return null;
        }

        if (!File.Exists(places.Full(file)))
        {
            options.Refuse($"--features '{file}' is no file. Correct the path, or leave it out.");
        }

        return places.Full(file);
    }
}
