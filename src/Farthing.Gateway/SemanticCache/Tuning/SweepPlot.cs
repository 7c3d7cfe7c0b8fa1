using System.Globalization;
using System.Text;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>Draws a sweep as SVG: recall and false hits over the threshold, with the guard and without.</summary>
public static class SweepPlot
{
    private const int Width = 900;
    private const int Height = 480;
    private const int Left = 70;
    private const int Right = 250;
    private const int Top = 60;
    private const int Bottom = 60;

    /// <summary>The whole picture.</summary>
    public static string Draw(ThresholdSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        double low = (double)sweep.Rows[0].Threshold;
        double high = (double)sweep.Rows[^1].Threshold;
        double span = high > low ? high - low : 0.01;
        double X(decimal threshold) => Left + (((double)threshold - low) / span * (Width - Left - Right));
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="13">""");
        Line(svg, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        Line(svg, $"""<text x="{Left}" y="28" font-size="16" font-weight="bold">Semantic cache: what hits at which threshold</text>""");
        SweepHits any = sweep.Rows[0].Guarded;
        Line(svg, $"""<text x="{Left}" y="47" fill="#555">{any.Same} same and {any.Pairs - any.Same} different pairs</text>""");
        for (int percent = 0; percent <= 100; percent += 20)
        {
            double y = Y(percent / 100.0);
            Line(svg, $"""<line x1="{Left}" y1="{y:0.0}" x2="{Width - Right}" y2="{y:0.0}" stroke="#ddd"/><text x="{Left - 8}" y="{y + 4:0.0}" text-anchor="end">{percent}%</text>""");
        }

        int every = Math.Max(1, (sweep.Rows.Count + 9) / 10);
        for (int at = 0; at < sweep.Rows.Count; at += every)
        {
            decimal threshold = sweep.Rows[at].Threshold;
            Line(svg, $"""<text x="{X(threshold):0.0}" y="{Height - Bottom + 20}" text-anchor="middle">{threshold:0.00#}</text>""");
        }

        Line(svg, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 16}" text-anchor="middle">similarity threshold</text>""");
        double best = X(sweep.Recommended.Threshold);
        Line(svg, $"""<line x1="{best:0.0}" y1="{Top}" x2="{best:0.0}" y2="{Height - Bottom}" stroke="#888" stroke-dasharray="4 4"/>""");
        (string Name, string Colour, string Dash, Func<SweepRow, double> Value)[] curves =
        [
            ("same served, cosine alone", "#1f77b4", "6 4", static row => row.Plain.Recall),
            ("same served, with guard", "#1f77b4", "", static row => row.Guarded.Recall),
            ("different served, cosine alone", "#d62728", "6 4", static row => row.Plain.FalseHitRate),
            ("different served, with guard", "#d62728", "", static row => row.Guarded.FalseHitRate),
        ];
        for (int curve = 0; curve < curves.Length; curve++)
        {
            var (name, colour, dash, value) = curves[curve];
            string points = string.Join(' ', sweep.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{X(row.Threshold):0.0},{Y(value(row)):0.0}")));
            Line(svg, $"""<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>""");
            if (sweep.Rows.Count == 1)
            {
                Line(svg, $"""<circle cx="{X(sweep.Rows[0].Threshold):0.0}" cy="{Y(value(sweep.Rows[0])):0.0}" r="3" fill="{colour}"/>""");
            }

            int y = Top + 12 + (22 * curve);
            Line(svg, $"""<line x1="{Width - Right + 12}" y1="{y - 4}" x2="{Width - Right + 40}" y2="{y - 4}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/><text x="{Width - Right + 46}" y="{y}" font-size="11">{name}</text>""");
        }

        int legend = Top + 12 + (22 * curves.Length);
        Line(svg, $"""<line x1="{Width - Right + 12}" y1="{legend - 4}" x2="{Width - Right + 40}" y2="{legend - 4}" stroke="#888" stroke-dasharray="4 4"/><text x="{Width - Right + 46}" y="{legend}" font-size="11">recommended: {sweep.Recommended.Threshold:0.00#}</text>""");
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static double Y(double rate) => Height - Bottom - (rate * (Height - Top - Bottom));

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
}
