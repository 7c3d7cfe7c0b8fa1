using Farthing.Diffusion.Schedulers;

namespace Farthing.Diffusion.Pipelines;

/// <summary>One batch to denoise: pictures that share size, steps, guidance and scheduler.</summary>
public sealed record DenoiseRequest
{
    /// <summary>The pictures, at least one.</summary>
    public required IReadOnlyList<DenoiseItem> Items { get; init; }

    /// <summary>Width in pixels, a multiple of 8.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels, a multiple of 8.</summary>
    public required int Height { get; init; }

    /// <summary>The scheduler; null takes the one of the model's scheduler_config.json.</summary>
    public SchedulerKind? Scheduler { get; init; }

    /// <summary>Denoising steps, 1 to 1000. Default 25.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Classifier-free guidance scale; at 1 or less only the positive half runs. Default 5.</summary>
    public float GuidanceScale { get; init; } = 5;

    /// <summary>Guidance rescale φ, 0 to 1 (Lin et al. 2023, section 3.4). Default 0: none.</summary>
    public float GuidanceRescale { get; init; }

    /// <summary>
    /// Share of the steps that run where items have a source picture, over 0 to 1. Default 1: the source only tells
    /// what stays outside the mask.
    /// </summary>
    public float Strength { get; init; } = 1;

    /// <summary>Called after every step on the thread that denoises; null for no progress.</summary>
    public Action<DenoiseProgress>? OnStep { get; init; }
}

/// <summary>One picture of a batch.</summary>
public sealed record DenoiseItem
{
    /// <summary>The encoded prompt.</summary>
    public required EncodedPrompt Prompt { get; init; }

    /// <summary>The encoded negative prompt; null for the model's own unconditional input.</summary>
    public EncodedPrompt? Negative { get; init; }

    /// <summary>Seed of the picture's noise; the same seed gives what torch's CPU generator gives.</summary>
    public long Seed { get; init; }

    /// <summary>Noise to start from instead of the seed's, [4, height/8, width/8]; the seed still feeds what follows.</summary>
    public float[]? InitialLatents { get; init; }

    /// <summary>A picture to start from (image to image) or to keep outside the mask (inpainting).</summary>
    public ImageLatents? Source { get; init; }

    /// <summary>[height/8, width/8]: 1 where the picture is drawn anew, 0 where the source stays. Null: everywhere.</summary>
    public float[]? Mask { get; init; }

    /// <summary>The source with its masked part blanked, encoded: for 9-channel inpainting models only.</summary>
    public ImageLatents? MaskedSource { get; init; }
}

/// <summary>How far a batch is.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Steps">Steps that will run.</param>
/// <param name="Latents">The latents as they are now, [items, 4, height/8, width/8]; valid during the call only.</param>
public readonly ref struct DenoiseProgress(int Step, int Steps, ReadOnlySpan<float> Latents)
{
    /// <summary>Steps done, from 1.</summary>
    public int Step { get; } = Step;

    /// <summary>Steps that will run.</summary>
    public int Steps { get; } = Steps;

    /// <summary>
    /// The latents as they are now, [items, 4, height/8, width/8]; valid during the call only. Decode one item's part
    /// for a preview.
    /// </summary>
    public ReadOnlySpan<float> Latents { get; } = Latents;
}
