using System.Globalization;
using System.Text;
using Farthing.Ledger.Export;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>
/// Reports as CSV (RFC 4180): a header, a row a stage, and a total, with amounts as exact decimals of 12 places and
/// shares as decimals of six. Where something was saved, an empty line and a table of its own follow: no amount of the first
/// table counts it.
/// </summary>
public static class ReportCsv
{
    private const string Columns = "stage,time_us,time_share,amount,cost_share,cost_per_render,currency,basis";

    private const string SavingsColumns = "saved_by,stage,resource,meter,memos,quantity,avoided,unpriced,currency,evidence";

    private const string Kind = ",row";

    /// <summary>One stage table.</summary>
    public static string Write(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder().Append(Columns).Append("\r\n");
        AppendRows(text, "", report, "");
        AppendSavings(text, null, [("", report, "")]);
        return text.ToString();
    }

    /// <summary>
    /// Stage tables by group; the first column is the group's key, and the rows of the total have none. A group may have an empty key too, such as what
    /// has no tags, so the last column says which of the two a row is of.
    /// </summary>
    public static string Write(GroupedReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder().Append(report.Grouping.ToString().ToLowerInvariant()).Append(',').Append(Columns).Append(Kind).Append("\r\n");
        (string Lead, StageReport Report, string End)[] reports =
            [.. report.Groups.Select(static group => (SafeCell.Of(group.Key) + ",", group.Report, ",group")), (",", report.Total, ",total")];
        foreach (var (lead, each, end) in reports)
        {
            AppendRows(text, lead, each, end);
        }

        AppendSavings(text, report.Grouping, reports);
        return text.ToString();
    }

    private static void AppendRows(StringBuilder text, string lead, StageReport report, string end)
    {
        foreach (var row in report.Rows)
        {
            Append(row.Stage.Code(), row.Time, Share(row.TimeShare), row.Amount, Share(row.CostShare), row.CostPerRender);
        }

        Append("total", report.TotalTime, "", report.Total, "", report.CostPerRender);

        void Append(string stage, DeviceMicroseconds time, string timeShare, CurrencyAmount amount, string costShare, CurrencyAmount? each) =>
            text.Append(CultureInfo.InvariantCulture, $"{lead}{stage},{time.Value},{timeShare},{amount.ToExactString()},{costShare},")
                .Append(CultureInfo.InvariantCulture, $"{each?.ToExactString()},{amount.Currency.Code()},{report.Basis.ToString().ToLowerInvariant()}{end}\r\n");
    }

    private static void AppendSavings(StringBuilder text, ReportGrouping? grouping, IReadOnlyList<(string Lead, StageReport Report, string End)> reports)
    {
        if (reports.All(static each => each.Report.Savings.Count == 0))
        {
            return;
        }

        text.Append("\r\n").Append(grouping is { } by ? by.ToString().ToLowerInvariant() + "," : "").Append(SavingsColumns).Append(grouping is null ? "" : Kind).Append("\r\n");
        foreach (var (lead, report, end) in reports)
        {
            foreach (var row in report.Savings)
            {
                text.Append(CultureInfo.InvariantCulture, $"{lead}{row.Kind.Code()},{row.Stage.Code()},{SafeCell.Of(row.Resource)},{row.Meter},{row.Memos},")
                    .Append(CultureInfo.InvariantCulture, $"{row.Quantity},{row.Avoided?.ToExactString()},{row.Unpriced},{report.Total.Currency.Code()},")
                    .Append(SafeCell.Of(string.Join("; ", row.Evidence.Select(static evidence => evidence.Text)))).Append(end).Append("\r\n");
            }
        }
    }

    private static string Share(int millionths) => new decimal(millionths, 0, 0, false, 6).ToString(CultureInfo.InvariantCulture);
}
