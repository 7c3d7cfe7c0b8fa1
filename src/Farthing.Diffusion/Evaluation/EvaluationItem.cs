using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation;

/// <summary>One picture that both models render.</summary>
public sealed record EvaluationItem
{
    /// <summary>Names the picture; unique.</summary>
    public required string Id { get; init; }

    /// <summary>What the models are given.</summary>
    public required string Text { get; init; }

    /// <summary>What the finished picture should show: the text that CLIP holds it against.</summary>
    public required string ScoredText { get; init; }

    /// <summary>What the picture must not show; null for the model's own unconditional input.</summary>
    public string? Negative { get; init; }

    /// <summary>Seed of the noise, the same for both models.</summary>
    public required long Seed { get; init; }

    /// <summary>The product whose background is drawn; null where the whole picture is.</summary>
    public EvaluationProduct? Product { get; init; }
}

/// <summary>A product on its canvas, placed and masked by the caller, who also sets it into the drawn scene.</summary>
public sealed record EvaluationProduct
{
    /// <summary>SHA-256 of the product's file and of how it was placed.</summary>
    public required string Hash { get; init; }

    /// <summary>What background replacement starts from.</summary>
    public required RgbPicture Canvas { get; init; }

    /// <summary>[height/8, width/8]: 1 where the background is drawn, 0 where the canvas stays.</summary>
    public required float[] Mask { get; init; }

    /// <summary>The product's own pixels on the canvas.</summary>
    public required RgbPicture Pixels { get; init; }

    /// <summary>[height, width]: where the finished picture must show the product's very bytes.</summary>
    public required bool[] Opaque { get; init; }

    /// <summary>[height, width]: where nothing of the product is.</summary>
    public required bool[] Background { get; init; }

    /// <summary>Sets the product into a drawn scene.</summary>
    public required Func<RgbPicture, RgbPicture> Compose { get; init; }
}
