using System.Globalization;
using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Diffusion.Evaluation.Verdict;

/// <summary>What a candidate must keep to be accepted. Every rule is looked at, so that all that fail are told.</summary>
public static class AcceptanceRules
{
    /// <summary>Fewer pictures say too little: an interval from a handful is too narrow to be believed.</summary>
    public const int FewestPictures = 20;

    /// <summary>Applies the rules.</summary>
    /// <param name="metrics">The figures.</param>
    /// <param name="pictures">Every pair.</param>
    /// <param name="margin">The largest drop that passes.</param>
    public static IReadOnlyList<RuleResult> Apply(AcceptanceMetrics metrics, IReadOnlyList<PictureResult> pictures, double margin)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(pictures);
        int broken = pictures.Count(static picture => picture.ReferenceFault == PictureFault.NotFinite);
        return
        [
            Drop(metrics.ClipDrop, margin),
            new("not-finite", metrics.NotFinite == 0, Count(metrics.NotFinite, "of the candidate's pictures hold values that are no numbers")),
            new("black", metrics.Black == 0, Count(metrics.Black, "of the candidate's pictures are black where the reference's are not")),
            new("single-colour", metrics.SingleColour == 0, Count(metrics.SingleColour, "of the candidate's pictures are of a single colour where the reference's are not")),
            new("product", metrics.ProductPixelsChanged == 0, Count(metrics.ProductPixelsChanged, "product pixels are not the product's own")),
            new("reference", broken == 0, Count(broken, "of the reference's pictures hold values that are no numbers; it can't be a measure with any")),
            new("pictures", pictures.Count >= FewestPictures, Text($"{pictures.Count} pictures; at least {FewestPictures} are needed to accept")),
        ];
    }

    private static RuleResult Drop(MetricFigure drop, double margin)
    {
        // NaN, where no picture could be measured, is not at most anything.
        bool passed = drop.High <= margin;
        return new RuleResult("clip-drop", passed, Text(
            $"CLIP similarity drops by {drop.Mean:F4} (95%: {drop.Low:F4} to {drop.High:F4}); the upper bound may be at most {margin:0.####}"));
    }

    private static string Count(long count, string what) => Text($"{count} {what}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
