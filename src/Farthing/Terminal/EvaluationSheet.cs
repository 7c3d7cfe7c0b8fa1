using System.Globalization;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Imaging.Sheets;

namespace Farthing.Terminal;

/// <summary>An evaluation's worst pairs as a picture.</summary>
internal static class EvaluationSheet
{
    /// <summary>Draws the sheet.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="pairs">How many pairs, the worst first.</param>
    public static Raster Draw(EvaluationResult result, int pairs)
    {
        AcceptanceMetrics metrics = result.Metrics;
        var shape = result.Shape;
        string[] heading =
        [
            Text($"{result.Reference.Directory} ({result.Reference.Precision}, {result.Reference.Hash[..12]}) and {result.Candidate.Directory} ({result.Candidate.Precision}, {result.Candidate.Hash[..12]})"),
            Text($"{shape.Pictures} pictures {shape.Width}x{shape.Height}, {shape.Steps} steps, guidance {shape.Guidance}, {shape.Scheduler}: {(result.Passed ? "passed" : "NOT PASSED")}"),
            Text($"similarity to text {metrics.ClipScoreReference.Mean:F4} -> {metrics.ClipScoreCandidate.Mean:F4}, picture to picture {metrics.ClipImageImage.Mean:F4}, PSNR {metrics.Psnr.Mean:F1} dB, SSIM {metrics.Ssim.Mean:F4}"),
            Text($"the {Math.Min(pairs, result.Pictures.Count)} least alike of {result.Pictures.Count}, the worst first"),
        ];
        return ContactSheet.Draw(
            heading,
            ($"reference, {result.Reference.Precision}", $"candidate, {result.Candidate.Precision}"),
            [.. result.WorstFirst.Take(pairs).Select(Entry)]);
    }

    private static SheetEntry Entry(PictureResult picture) => new(
        Text($"{picture.Id}, seed {picture.Seed}{Fault("reference", picture.ReferenceFault)}{Fault("candidate", picture.CandidateFault)}"),
        picture.ClipImageImage is null
            ? "no figures"
            : Text($"image {picture.ClipImageImage:F3}  text {Cosine.Score(picture.ClipCosineReference ?? 0):F3}>{Cosine.Score(picture.ClipCosineCandidate ?? 0):F3}  PSNR {picture.Psnr:F1}  SSIM {picture.Ssim:F3}"),
        picture.Text,
        Picture(picture.Reference),
        Picture(picture.Candidate));

    private static string Fault(string whose, PictureFault fault) => fault switch
    {
        PictureFault.None => "",
        PictureFault.NotFinite => $", {whose} IS NO NUMBERS",
        PictureFault.Black => $", {whose} IS BLACK",
        _ => $", {whose} IS OF ONE COLOUR",
    };

    private static Raster? Picture(RgbPicture? picture) => picture is null ? null : new Raster(picture.Width, picture.Height, 3, picture.Pixels);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
