using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Host;

/// <summary>Reports made by hand.</summary>
internal static class Reports
{
    public static StageReport Campaign(long delivered = 24, long failed = 1, long lost = 0) => new()
    {
        Rows =
        [
            Row(Stage.Caption, 0, 133 * 24, 0, delivered),
            Row(Stage.TextEncode, 15_000, 15_000_000 * 24, 15_000, delivered),
            Row(Stage.Denoise, 950_000, 950_000_000L * 24, 950_000, delivered),
            Row(Stage.Vae, 30_000, 30_000_000 * 24, 30_000, delivered),
            Row(Stage.FinishAndStore, 5_000, 5_000_000 * 24, 5_000, delivered),
        ],
        Total = Usd((Int128)1_000_000_133 * 24),
        TotalTime = new DeviceMicroseconds(1_000_000),
        Attempts = new AttemptCounts { Delivered = delivered, Failed = failed, Lost = lost },
        Unpriced = [],
        Savings = [],
        Basis = CostBasis.Loaded,
    };

    public static CurrencyAmount Usd(Int128 units) => new(units, Currency.Usd);

    private static StageRow Row(Stage stage, int timeShare, Int128 units, int costShare, long delivered) =>
        new(stage, new DeviceMicroseconds(timeShare), timeShare, Usd(units), costShare, Usd(units).DividedBy(delivered));
}
