using System.Globalization;
using Farthing.Diffusion.Quantization.Reports;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>What came of quantizing: the layers that stay in float, and the figures that tell whether to go on.</summary>
internal static class QuantizeView
{
    private const int Shown = 12;

    /// <summary>Prints a report's summary.</summary>
    public static void Print(Screen screen, QuantizationReport report, string target)
    {
        if (report.Layers.Count > 0)
        {
            screen.Result.Write(Draw(report));
            screen.Write("");
        }

        foreach (string sentence in Sentences(report, target))
        {
            screen.Write(sentence);
        }
    }

    private static Table Draw(QuantizationReport report)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(Style.Plain);
        table.Border = TableBorder.None;
        table.AddColumn(Column("most sensitive layers"));
        table.AddColumn(Column("error in int8").RightAligned());
        table.AddColumn(Column("% of work").RightAligned());
        table.AddColumn(Column("now").PadRight(0));
        foreach (LayerRow layer in report.Layers.OrderByDescending(static layer => layer.ErrorBefore).Take(Shown))
        {
            table.AddRow(
                new Text(layer.Node),
                new Text(layer.ErrorBefore.ToString("0.00000", CultureInfo.InvariantCulture)),
                new Text((100 * layer.MultiplyAddShare).ToString("0.00", CultureInfo.InvariantCulture)),
                new Text(layer.Precision));
        }

        return table;
    }

    private static IEnumerable<string> Sentences(QuantizationReport report, string target)
    {
        int inFloat = report.Layers.Count(static layer => layer.Reason is not null);
        if (report.Layers.Count > 0)
        {
            yield return Line($"{report.Layers.Count - inFloat} layers in int8; {inFloat} sensitive ones stay in float, {report.FloatShare ?? 0:0.0%} of the work; {report.Skipped.Count} more always do.");
        }

        if (report.ErrorAllInt8 is { } all)
        {
            yield return Line($"error of the UNet's guided prediction: {all:0.00000} with all layers in int8, {report.ErrorAsWritten:0.00000} as written");
        }

        if (report.Calibration is { } set)
        {
            yield return Line($"ranges from {set.Samples} prompts × {set.Steps} steps, {report.Coverage.Min(static step => step.Samples)} prompts at every noise level, {report.Seconds.Calibrate:0} s");
        }

        yield return Line($"UNet: {Megabytes(report.UNetBytesBefore)} before; {string.Join(", ", report.Files.Select(static file => $"{file.Key} {Megabytes(file.Value)}"))}");
        yield return $"{target}: report.html says more";
    }

    private static TableColumn Column(string header) => new TableColumn(new Text(header)).PadLeft(0).PadRight(2).NoWrap();

    private static string Megabytes(long bytes) => Line($"{bytes / 1e6:0.0} MB");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
