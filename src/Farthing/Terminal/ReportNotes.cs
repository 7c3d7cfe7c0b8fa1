using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;

namespace Farthing.Terminal;

/// <summary>What is said under a table of costs.</summary>
internal static class ReportNotes
{
    /// <summary>The total, and what it includes.</summary>
    public static string Basis(StageReport report) => report.Basis switch
    {
        CostBasis.Loaded => $"{report.Total} {report.Total.Currency.Code()} in all, loaded basis: idle and warm-up are spread over the stages.",
        CostBasis.Marginal => $"{report.Total} {report.Total.Currency.Code()} in all, marginal basis: idle and warm-up are left out.",
        _ => throw new ArgumentOutOfRangeException(nameof(report), report.Basis, "Unknown basis."),
    };

    /// <summary>An alarm for each usage without a price: the total lacks it.</summary>
    public static IEnumerable<string> Unpriced(StageReport report) => report.Unpriced.Select(static usage =>
        $"ALARM unpriced: {usage.Resource} {usage.Meter}, {usage.Quantity} in {Counted.Of(usage.Charges, "charge")}, is in no amount above. "
        + "Record a price for it (`farthing prices set`), then `farthing prices rerate`.");
}
