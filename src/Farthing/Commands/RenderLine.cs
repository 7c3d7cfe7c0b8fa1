using System.CommandLine.Parsing;
using Farthing.Diffusion.Schedulers;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing render</c> for.</summary>
internal sealed record RenderLine
{
    /// <summary>The prompt, or the manifest's full path.</summary>
    public required string Source { get; init; }

    /// <summary>The prompt's own manifest; null where <see cref="Source"/> names a file.</summary>
    public required Manifest? Prompt { get; init; }

    /// <summary>What holds for all rows.</summary>
    public required RenderSettings Settings { get; init; }

    /// <summary>Who rewrites prompts.</summary>
    public required CaptionChoice Caption { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The price book's file; null for the built-in one.</summary>
    public required string? Prices { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public required bool Json { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (RenderLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        string source = line.GetValue(RenderOptions.Source) ?? "";
        bool isManifest = IsManifest(source, places);
        Manifest? prompt = isManifest ? null : ReadPrompt(source, options, places);
        if (isManifest && options.Text(RenderOptions.Product) is not null)
        {
            options.Refuse("--product goes with a prompt. Name a manifest's products in its column product.");
        }

        RefusePrecision(options);
        string? prices = options.Filled(RenderOptions.Prices) is { } book ? places.Full(book) : null;
        if (prices is not null && !File.Exists(prices))
        {
            options.Refuse($"--prices '{prices}' is no file. Correct the path, or leave it out for the built-in prices.");
        }

        CaptionChoice caption = ReadCaption(options);
        RenderSettings settings = ReadSettings(options, places) with
        {
            RewritesCaptions = caption != CaptionChoice.Off,
            Captioner = caption.Name,
            Resume = line.GetValue(RenderOptions.Resume),
        };
        string data = options.Filled(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data();
        if (options.Errors.Count > 0)
        {
            return (null, options.Errors);
        }

        var read = new RenderLine
        {
            Source = isManifest ? places.Full(source) : source,
            Prompt = prompt,
            Settings = settings,
            Caption = caption,
            Data = data,
            Prices = prices,
            Json = line.GetValue(SharedOptions.Json),
        };
        return (read, []);
    }

    private static bool IsManifest(string source, Places places) =>
        Path.GetExtension(source.AsSpan()) is var end
        && (end.Equals(".csv", StringComparison.OrdinalIgnoreCase) || end.Equals(".jsonl", StringComparison.OrdinalIgnoreCase)
            || (source.Length > 0 && File.Exists(places.Full(source))));

    private static Manifest? ReadPrompt(string prompt, OptionReader options, Places places)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            options.Refuse("Say what to render: a prompt in quotes, or a manifest such as samples/campaign.csv.");
            return null;
        }

        if (prompt.StartsWith("--", StringComparison.Ordinal))
        {
            options.Refuse($"There is no option '{prompt}'. A prompt that begins so is written after a lone --.");
            return null;
        }

        string? product = options.Filled(RenderOptions.Product);
        if (product is not null && !File.Exists(places.Full(product)))
        {
            options.Refuse($"--product '{product}' is no file. Correct the path.");
            return null;
        }

        Manifest manifest = PromptManifest.Of(prompt, product, places.Current);
        foreach (RowError error in manifest.Errors)
        {
            options.Refuse($"The prompt can't be rendered: {error.Message}");
        }

        return manifest;
    }

    private static RenderSettings ReadSettings(OptionReader options, Places places)
    {
        ManifestOptions limits = ManifestOptions.Default;
        var defaults = new RenderSettings { ModelDirectory = "", OutputFolder = "" };
        return defaults with
        {
            ModelDirectory = options.Filled(RenderOptions.Model) is { } model ? places.Full(model) : places.Model(),
            OutputFolder = places.Full(options.Filled(RenderOptions.Out) ?? "out"),
            Scheduler = options.Choice(RenderOptions.Scheduler, defaults.Scheduler, [.. Enum.GetValues<SchedulerKind>().Select(static kind => (kind.ToName(), kind))]),
            Steps = (int?)options.Whole(RenderOptions.Steps, 1, limits.MaxSteps) ?? defaults.Steps,
            Guidance = options.Number(RenderOptions.Guidance, 0, limits.MaxGuidance),
            NegativePrompt = ReadNegative(options, limits),
            Seed = options.Whole(RenderOptions.Seed, 0, long.MaxValue),
            Width = options.Multiple(RenderOptions.Width, limits.MinSide, limits.MaxSide, limits.SideStep),
            Height = options.Multiple(RenderOptions.Height, limits.MinSide, limits.MaxSide, limits.SideStep),
            Strength = options.Number(RenderOptions.Strength, 0, 1, withMin: false) ?? defaults.Strength,
            BatchSize = (int?)options.Whole(RenderOptions.Batch, 1, 64) ?? defaults.BatchSize,
            Lanes = (int?)options.Whole(RenderOptions.Lanes, 1, 64),
            Sharpen = IsOff(options.Text(RenderOptions.Sharpen)) ? null : options.Number(RenderOptions.Sharpen, 0, 10) ?? defaults.Sharpen,
            OutputSize = (int?)options.Whole(RenderOptions.OutputSize, 64, 8192),
            Shadow = options.Choice(RenderOptions.Shadow, defaults.Shadow, ("on", ContactShadow.Default), ("off", null)),
            Format = options.Choice(RenderOptions.Format, defaults.Format, ("png", PictureFormat.Png), ("jpeg", PictureFormat.Jpeg), ("webp", PictureFormat.Webp)),
        };
    }

    private static string? ReadNegative(OptionReader options, ManifestOptions limits)
    {
        string? negative = options.Text(RenderOptions.Negative);
        if (negative?.Length > limits.MaxPromptLength)
        {
            options.Refuse($"--negative has {negative.Length} characters; at most {limits.MaxPromptLength} are allowed. Shorten it.");
        }

        return negative;
    }

    private static CaptionChoice ReadCaption(OptionReader options)
    {
        if (options.Text(RenderOptions.Caption) is not { } text)
        {
            return CaptionChoice.Template;
        }

        if (CaptionChoice.Parse(text) is { } choice)
        {
            return choice;
        }

        options.Refuse($"--caption '{text}' is unknown. Write template, off, or a URL such as https://api.openai.com/v1 (its key goes in FARTHING_CAPTION_KEY).");
        return CaptionChoice.Template;
    }

    private static void RefusePrecision(OptionReader options)
    {
        string? precision = options.Text(RenderOptions.Precision)?.ToLowerInvariant();
        if (precision is "int8" or "fp16")
        {
            options.Refuse($"--precision {precision}: the model directory decides the precision, and this version has no accepted int8 models. "
                + "Leave it out, or name a directory with another model by --model.");
        }
        else if (precision is not (null or "auto" or "fp32"))
        {
            options.Refuse($"--precision '{precision}' is unknown. Write auto or fp32, or leave it out.");
        }
    }

    private static bool IsOff(string? text) => string.Equals(text, "off", StringComparison.OrdinalIgnoreCase);
}
