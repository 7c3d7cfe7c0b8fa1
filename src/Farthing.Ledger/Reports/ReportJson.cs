using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>
/// Reports as JSON. Amounts are integers of 10⁻¹² of the currency, as strings; shares are numbers with six digits.
/// <c>savings</c> stands beside the costs: no other field counts it.
/// </summary>
public static class ReportJson
{
    /// <summary>One stage table.</summary>
    public static string Write(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(Shape(report), ReportJsonContext.Default.ReportShape);
    }

    /// <summary>Stage tables by group: <c>{"by","groups":[{"key","report"}…],"total"}</c>, where the total is a stage table.</summary>
    public static string Write(GroupedReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var shape = new GroupedShape(
            report.Grouping.ToString().ToLowerInvariant(),
            [.. report.Groups.Select(static group => new GroupShape(group.Key, Shape(group.Report)))],
            Shape(report.Total));
        return JsonSerializer.Serialize(shape, ReportJsonContext.Default.GroupedShape);
    }

    private static ReportShape Shape(StageReport report) => new(
        [.. report.Rows.Select(static row => new StageShape(
            row.Stage.Code(),
            Share(row.TimeShare),
            Share(row.CostShare),
            Units(row.Amount),
            row.Time.Value.ToString(CultureInfo.InvariantCulture),
            Units(row.CostPerRender)))],
        new TotalShape(Units(report.Total), report.TotalTime.Value.ToString(CultureInfo.InvariantCulture), Units(report.CostPerRender)),
        report.Attempts.Delivered,
        report.Attempts.Failed,
        report.Attempts.Lost,
        report.Total.Currency.Code(),
        report.Basis.ToString().ToLowerInvariant(),
        report.Attempts.Duplicate,
        report.Attempts.Cancelled,
        report.Attempts.Open,
        [.. report.Unpriced.Select(static usage => new UnpricedShape(
            usage.Resource, usage.Meter, usage.Charges, usage.Quantity.ToString(CultureInfo.InvariantCulture)))],
        [.. report.Savings.Select(static row => new SavingsShape(
            row.Kind.Code(),
            row.Stage.Code(),
            row.Resource,
            row.Meter,
            row.Memos,
            row.Quantity.ToString(CultureInfo.InvariantCulture),
            Units(row.Avoided),
            row.Unpriced,
            [.. row.Evidence.Select(static evidence => new EvidenceShape(evidence.Text, evidence.Memos))],
            row.Evidences))]);

    // A decimal keeps its scale, so that 0.5 is written as 0.500000.
    private static decimal Share(int millionths) => new(millionths, 0, 0, false, 6);

    private static string Units(CurrencyAmount amount) => amount.Units.ToString(CultureInfo.InvariantCulture);

    private static string? Units(CurrencyAmount? amount) => amount is { } known ? Units(known) : null;
}

internal sealed record StageShape(string Stage, decimal TimeShare, decimal CostShare, string Amount, string TimeUs, string? CostPerRender);

internal sealed record TotalShape(string Amount, string TimeUs, string? CostPerRender);

internal sealed record UnpricedShape(string Resource, string Meter, long Charges, string Quantity);

internal sealed record EvidenceShape(string Text, long Memos);

internal sealed record SavingsShape(
    string Kind,
    string Stage,
    string Resource,
    string Meter,
    long Memos,
    string Quantity,
    string? Avoided,
    long Unpriced,
    IReadOnlyList<EvidenceShape> Evidence,
    long Evidences);

internal sealed record ReportShape(
    IReadOnlyList<StageShape> Stages,
    TotalShape Total,
    long Delivered,
    long Failed,
    long Lost,
    string Currency,
    string Basis,
    long Duplicate,
    long Cancelled,
    long Open,
    IReadOnlyList<UnpricedShape> Unpriced,
    IReadOnlyList<SavingsShape> Savings);

internal sealed record GroupShape(string Key, ReportShape Report);

internal sealed record GroupedShape(string By, IReadOnlyList<GroupShape> Groups, ReportShape Total);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(ReportShape))]
[JsonSerializable(typeof(GroupedShape))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
