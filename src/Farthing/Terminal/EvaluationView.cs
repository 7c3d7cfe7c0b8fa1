using System.Globalization;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Evaluation.Verdict;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>An evaluation in a table, the verdict under it with every rule.</summary>
internal static class EvaluationView
{
    /// <summary>Prints it.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="result">The evaluation.</param>
    /// <param name="acceptance">What was done about the acceptance.</param>
    /// <param name="files">What was written.</param>
    public static void Print(Screen screen, EvaluationResult result, string acceptance, IReadOnlyList<string> files)
    {
        var shape = result.Shape;
        screen.Write("");
        screen.Write(Text($"reference {Model(result.Reference)}"));
        screen.Write(Text($"candidate {Model(result.Candidate)}"));
        screen.Write(Text($"{shape.Pictures} pictures of each, {shape.Width}×{shape.Height}, {shape.Steps} steps, guidance {shape.Guidance}, {shape.Scheduler}"));
        screen.Write("");
        screen.Result.Write(Draw(result));
        screen.Write("");
        screen.Write(Speed(result.Speed));
        screen.Write("");
        foreach (RuleResult rule in result.Rules)
        {
            screen.Write($"{(rule.Passed ? "pass" : "FAIL")}  {rule.Name}: {rule.Finding}");
        }

        screen.Write("");
        screen.Write(acceptance);
        foreach (string file in files)
        {
            screen.Write(file);
        }
    }

    private static Table Draw(EvaluationResult result)
    {
        AcceptanceMetrics metrics = result.Metrics;
        Table table = new Table { Border = TableBorder.None };
        table.AddColumn(Column("metric"));
        table.AddColumn(Column("mean").RightAligned());
        table.AddColumn(Column("95% of the mean").RightAligned());
        table.AddColumn(Column("worst 5%").RightAligned());
        table.AddColumn(Column("pictures").RightAligned().PadRight(0));
        Add("similarity to text, reference (2.5·cosine)", metrics.ClipScoreReference, "F4");
        Add("similarity to text, candidate", metrics.ClipScoreCandidate, "F4");
        Add("drop, pair by pair", metrics.ClipDrop, "F4");
        Add("drop in plain cosines", result.CosineDrop, "F4");
        Add("picture to picture (cosine)", metrics.ClipImageImage, "F4");
        Add("PSNR, dB", metrics.Psnr, "F2");
        Add("SSIM", metrics.Ssim, "F4");
        Add("feature distance", metrics.FeatureDistance, "F5");
        Add("PSNR of the background, dB", metrics.BackgroundPsnr, "F2");
        Add("SSIM of the background", metrics.BackgroundSsim, "F4");
        return table;

        void Add(string name, MetricFigure? figure, string format)
        {
            if (figure is not null)
            {
                table.AddRow(
                    new Text(name),
                    new Text(Number(figure.Mean, format)),
                    new Text($"{Number(figure.Low, format)} to {Number(figure.High, format)}"),
                    new Text(Number(figure.Worst, format)),
                    new Text(figure.Pictures.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string Speed(SpeedResult speed)
    {
        string how = speed.Interleaved ? "interleaved" : "NOT interleaved: the models were loaded in turn";
        return Text($"renders/s: {Rate(speed.ReferenceSeconds)} → {Rate(speed.CandidateSeconds)}, candidate ÷ reference {Number(speed.Ratio, "F2")} (middle half {Number(speed.RatioLow, "F2")} to {Number(speed.RatioHigh, "F2")}); ")
            + Text($"medians of {speed.Batches} batches of {speed.BatchSize}, {how}, threads {speed.Threads}; text encoders, denoising and decoding are in it");
    }

    private static string Rate(double seconds) => seconds > 0 ? Number(1 / seconds, "F2") : Cells.None;

    private static string Number(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : Cells.None;

    private static string Model(EvaluatedModel model) => Text($"{model.Directory}: {model.Precision}, UNet {model.UNetBytes / 1e6:F1} MB, {model.Hash[..12]}");

    private static TableColumn Column(string header) => new TableColumn(new Text(header)).PadLeft(0).PadRight(2).NoWrap();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
