using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Ledger;

internal static class ReportSamples
{
    /// <summary>Every currency on every basis.</summary>
    public static IEnumerable<ReportQuery> Queries =>
        from currency in Enum.GetValues<Currency>()
        from basis in Enum.GetValues<CostBasis>()
        select new ReportQuery { Currency = currency, Basis = basis };
}
