using Farthing.Diffusion.Schedulers;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>The options of <c>farthing render</c> that hold for all rows.</summary>
internal static class RenderSettingsReader
{
    /// <summary>Reads them; what can't be followed is told to the reader.</summary>
    public static RenderSettings Read(OptionReader options, Places places)
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

    private static bool IsOff(string? text) => string.Equals(text, "off", StringComparison.OrdinalIgnoreCase);
}
