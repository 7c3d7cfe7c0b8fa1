using System.Globalization;
using System.Net;
using System.Text;

namespace Farthing.Diffusion.Quantization.Reports;

/// <summary>A report as one HTML page that needs nothing beside it, on a screen or on paper.</summary>
internal static class ReportPage
{
    /// <summary>The file's name.</summary>
    public const string FileName = "report.html";

    private const string Style = """
        :root{color-scheme:light}
        body{font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:#1c2430;background:#fff;max-width:68rem;margin:2rem auto;padding:0 1.25rem}
        h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
        p{max-width:46rem}.quiet{color:#5b6675}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:1rem 0}dt{color:#5b6675}dd{margin:0;overflow-wrap:anywhere}
        table{border-collapse:collapse;width:100%;font-size:.86rem}th{text-align:left;font-weight:600;border-bottom:2px solid #c9d1dc;padding:.25rem .6rem .25rem 0}
        td{border-bottom:1px solid #e6eaf0;padding:.2rem .6rem .2rem 0;vertical-align:top;overflow-wrap:anywhere}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code{font-size:.92em}
        .bar{display:inline-block;height:.6rem;background:#3b74c4;min-width:1px;vertical-align:middle}.float .bar{background:#c98a2b}
        tr.float td{background:#fdf7ec}
        .cover{display:flex;align-items:flex-end;gap:2px;height:4.5rem}.cover span{flex:1;background:#3b74c4;min-height:1px}
        @media print{body{margin:0;max-width:none;font-size:11px}tr{break-inside:avoid}thead{display:table-header-group}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
        """;

    /// <summary>Draws the page.</summary>
    public static string Draw(QuantizationReport report)
    {
        var page = new StringBuilder();
        page.Append($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(report.Source)} in {Text(report.Precision)}</title>\n<style>\n{Style}\n</style></head><body>\n");
        page.Append($"<h1>{Text(report.Source)} in {Text(report.Precision)}</h1>\n<p class=\"quiet\">{Text(report.Tool)}, {report.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</p>\n");
        Facts(page, report);
        Coverage(page, report);
        Layers(page, report);
        List(page, "Left in float whatever their error", report.Skipped);
        List(page, "Inputs that could not be smoothed", report.Unsmoothed);
        if (report.SplitConcats.Count > 0)
        {
            page.Append("<h2>Skip concats whose halves have a scale each</h2>\n<p>").AppendJoin("<br>", report.SplitConcats.Select(c => $"<code>{Text(c)}</code>")).Append("</p>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void Facts(StringBuilder page, QuantizationReport report)
    {
        page.Append("<dl>\n");
        Fact(page, "UNet's files", $"{Bytes(report.UNetBytesBefore)} before, now {string.Join(", ", report.Files.Select(f => $"{f.Key} {Bytes(f.Value)}"))}");
        Fact(page, "float model", report.SourceModel);
        Fact(page, "this model", report.Model);
        if (report.Calibration is { } set)
        {
            Fact(page, "calibration", Line($"{set.File}: {set.Samples} prompts × {set.Steps} steps, guidance {set.Guidance:0.##}{(set.Resumed > 0 ? Line($", {set.Resumed} of them by an interrupted run") : "")}"));
            Fact(page, "its SHA-256", set.Sha256);
        }

        if (report.Method is { } method)
        {
            Fact(page, "ranges", method + (report.Percentile is { } percent ? Line($" {percent:0.#####}") : ""));
            Fact(page, "SmoothQuant", report.Smoothing is { } alpha ? Line($"α = {alpha:0.##}") : "off");
            Fact(page, "left in float", Line($"{report.FloatShare:0.00%} of the multiply-adds; {report.Budget:0.##%} might be"));
        }

        if (report.ErrorAllInt8 is { } all)
        {
            Fact(page, "error of the guided prediction", Line($"{all:0.00000} with all layers in int8, {report.ErrorAsWritten:0.00000} as written"));
        }

        Fact(page, "time", Line($"calibration {report.Seconds.Calibrate:0} s, sensitivity {report.Seconds.Measure:0} s, writing {report.Seconds.Write:0} s"));
        page.Append("</dl>\n");
    }

    private static void Coverage(StringBuilder page, QuantizationReport report)
    {
        if (report.Coverage.Count == 0)
        {
            return;
        }

        int most = Math.Max(1, report.Coverage.Max(c => c.Samples));
        page.Append("<h2>Noise levels that were observed</h2>\n<p class=\"quiet\">Prompts at each timestep, from noise to picture.</p>\n<div class=\"cover\">");
        foreach (var step in report.Coverage)
        {
            page.Append(Line($"<span style=\"height:{100.0 * step.Samples / most:0.#}%\" title=\"timestep {step.Timestep:0.##}: {step.Samples} prompts\"></span>"));
        }

        page.Append("</div>\n<p class=\"quiet\">").Append(Line($"timesteps {string.Join(", ", report.Coverage.Select(c => c.Timestep.ToString("0.##", CultureInfo.InvariantCulture)))}; {report.Coverage.Min(c => c.Samples)} to {most} prompts at each")).Append("</p>\n");
    }

    private static void Layers(StringBuilder page, QuantizationReport report)
    {
        if (report.Layers.Count == 0)
        {
            return;
        }

        double most = Math.Max(1e-12, report.Layers.Max(l => l.ErrorBefore));
        string what = report.ErrorMeasure == "output"
            ? "Error: that of the UNet's guided prediction, relative, when this layer alone is int8."
            : report.ErrorMeasure == "local"
                ? "Error: that of the layer's own output, relative, calculated from what was observed; a pass of the whole model for each layer would take too long at this size."
                : "Error of the weights alone.";
        page.Append($"<h2>Layers, most sensitive first</h2>\n<p class=\"quiet\">{what} Shaded layers stay in float.</p>\n");
        page.Append("<table><thead><tr><th>layer</th><th></th><th class=\"n\">error in int8</th><th class=\"n\">as written</th><th></th><th class=\"n\">weights' error</th><th class=\"n\">multiply-adds</th><th>kept in float because</th></tr></thead><tbody>\n");
        foreach (var layer in report.Layers.OrderByDescending(l => l.ErrorBefore).ThenBy(l => l.Node, StringComparer.Ordinal))
        {
            page.Append(Line($"<tr{(layer.Reason is null ? "" : " class=\"float\"")}><td><code>{Text(layer.Node)}</code></td><td>{layer.Kind}</td><td class=\"n\">{layer.ErrorBefore:0.00000}</td><td class=\"n\">{layer.ErrorAfter:0.00000}</td><td style=\"width:6rem\"><span class=\"bar\" style=\"width:{100 * layer.ErrorBefore / most:0.#}%\"></span></td><td class=\"n\">{layer.WeightError:0.0000}</td><td class=\"n\">{layer.MultiplyAddShare:0.00%}</td><td>{Text(layer.Reason ?? "")}</td></tr>\n"));
        }

        page.Append("</tbody></table>\n");
    }

    private static void List(StringBuilder page, string title, IReadOnlyList<SkippedRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        page.Append($"<h2>{title}</h2>\n<table><tbody>\n");
        foreach (var row in rows)
        {
            page.Append($"<tr><td><code>{Text(row.Node)}</code></td><td>{Text(row.Reason)}</td></tr>\n");
        }

        page.Append("</tbody></table>\n");
    }

    private static void Fact(StringBuilder page, string name, string value) => page.Append($"<dt>{name}</dt><dd>{Text(value)}</dd>\n");

    private static string Bytes(long bytes) => bytes >= 1L << 30 ? Line($"{bytes / (double)(1L << 30):0.00} GiB") : Line($"{bytes / (double)(1 << 20):0.0} MiB");

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
