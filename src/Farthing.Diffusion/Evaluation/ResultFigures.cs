using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Makes figures of the pairs.</summary>
internal static class ResultFigures
{
    private static readonly MetricFigure None = new(double.NaN, double.NaN, double.NaN, double.NaN, 0);

    public static AcceptanceMetrics Of(IReadOnlyList<PictureResult> pictures, Bootstrap bootstrap)
    {
        return new AcceptanceMetrics
        {
            ClipImageImage = Figure(static p => p.ClipImageImage) ?? None,
            ClipScoreReference = Figure(static p => Score(p.ClipCosineReference)) ?? None,
            ClipScoreCandidate = Figure(static p => Score(p.ClipCosineCandidate)) ?? None,
            ClipDrop = Figure(static p => Score(p.ClipCosineReference) - Score(p.ClipCosineCandidate), lowIsWorse: false) ?? None,
            Psnr = Figure(static p => p.Psnr) ?? None,
            Ssim = Figure(static p => p.Ssim) ?? None,
            FeatureDistance = Figure(static p => p.FeatureDistance, lowIsWorse: false),
            BackgroundPsnr = Figure(static p => p.BackgroundPsnr),
            BackgroundSsim = Figure(static p => p.BackgroundSsim),
            NotFinite = pictures.Count(static p => p.CandidateFault == PictureFault.NotFinite),
            Black = pictures.Count(static p => p.CandidateFault == PictureFault.Black && p.ReferenceFault != PictureFault.Black),
            SingleColour = pictures.Count(static p => p.CandidateFault == PictureFault.SingleColour && p.ReferenceFault != PictureFault.SingleColour),
            ProductPixelsChanged = pictures.Sum(static p => p.ProductPixelsChanged ?? 0),
        };

        MetricFigure? Figure(Func<PictureResult, double?> metric, bool lowIsWorse = true) => Take(pictures, metric, lowIsWorse, bootstrap);
    }

    /// <summary>The drop in plain cosines.</summary>
    public static MetricFigure CosineDrop(IReadOnlyList<PictureResult> pictures, Bootstrap bootstrap) =>
        Take(pictures, static p => p.ClipCosineReference - p.ClipCosineCandidate, lowIsWorse: false, bootstrap) ?? None;

    private static MetricFigure? Take(IReadOnlyList<PictureResult> pictures, Func<PictureResult, double?> metric, bool lowIsWorse, Bootstrap bootstrap)
    {
        double[] values = [.. pictures.Select(metric).OfType<double>()];
        return values.Length == 0 ? null : bootstrap.Figure(values, lowIsWorse);
    }

    private static double? Score(double? cosine) => cosine is { } known ? Cosine.Score(known) : null;
}
