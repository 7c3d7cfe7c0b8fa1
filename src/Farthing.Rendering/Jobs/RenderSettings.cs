using Farthing.Diffusion.Schedulers;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Jobs;

/// <summary>What holds for all rows of a run; a row's own value comes first.</summary>
public sealed record RenderSettings
{
    /// <summary>Guidance where nobody says: 5 for a whole picture.</summary>
    public const double DefaultGuidance = 5;

    /// <summary>Guidance where nobody says and a product is set into a scene: 4.</summary>
    public const double DefaultSceneGuidance = 4;

    /// <summary>The model's directory.</summary>
    public required string ModelDirectory { get; init; }

    /// <summary>The folder that the pictures go to.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The scheduler. Default DPM++ 2M Karras.</summary>
    public SchedulerKind Scheduler { get; init; } = SchedulerKind.DpmPlusPlus2MKarras;

    /// <summary>Denoising steps, 1 to 1000. Default 25.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Guidance scale, 0 to 50; null takes 5, or 4 with a product.</summary>
    public double? Guidance { get; init; }

    /// <summary>Negative prompt; null for none, which is not the same as an empty one.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Seed of a run's first row, the next row's is one more; null takes each row's from its id.</summary>
    public long? Seed { get; init; }

    /// <summary>Width in pixels; null takes the model's own.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels; null takes the model's own.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// Share of the steps that run for a product's background, over 0 to 1. Default 1: drawn from noise alone.
    /// </summary>
    public double Strength { get; init; } = 1;

    /// <summary>Pictures denoised together, 1 to 64. Default 4.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Batches denoised at a time, 1 to 64; null takes a lane a core for models up to 1 GiB, else one.</summary>
    public int? Lanes { get; init; }

    /// <summary>Whether prompts are rewritten; false gives the model the prompt as it is.</summary>
    public bool RewritesCaptions { get; init; } = true;

    /// <summary>What the captioner is called in a render's identity, such as <c>template</c> or a URL.</summary>
    public string Captioner { get; init; } = "template";

    /// <summary>Unsharp masking of what the model drew, 0 to 10; null turns it off. Default 0.6.</summary>
    public double? Sharpen { get; init; } = 0.6;

    /// <summary>The longer side of the finished picture in pixels, 64 to 8192; null keeps the model's size.</summary>
    public int? OutputSize { get; init; }

    /// <summary>Where a product stands on the canvas.</summary>
    public Placement Placement { get; init; } = Placement.Default;

    /// <summary>The product's contact shadow; null for none.</summary>
    public ContactShadow? Shadow { get; init; } = ContactShadow.Default;

    /// <summary>File format of the pictures.</summary>
    public PictureFormat Format { get; init; } = PictureFormat.Png;

    /// <summary>Which precision the renders get. Default: the model's own.</summary>
    public PrecisionSettings Precision { get; init; } = PrecisionSettings.Default;

    /// <summary>Whether texts' states are rounded to 16 bits, as the embedding cache stores them by default. Default false.</summary>
    public bool RoundsTextStates { get; init; }

    /// <summary>The hash of the stems that scene texts are written as; empty for none.</summary>
    public string Stems { get; init; } = "";

    /// <summary>Whether an interrupted run is continued and finished renders are kept. Default true.</summary>
    public bool Resume { get; init; } = true;
}
