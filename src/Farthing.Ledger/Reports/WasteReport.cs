using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>What one provider billed for attempts that ended without a picture for one cause.</summary>
/// <param name="Outcome">How they ended: failed, lost, duplicate, cancelled, or <c>lost time</c> of a lease.</param>
/// <param name="Cause">Why, as it was recorded with the outcome; empty where nothing was.</param>
/// <param name="Provider">Who was asked, as the pipeline's configuration names it, where that is known; else who is paid.</param>
/// <param name="Attempts">How many attempts ended so, whether this provider billed them or not.</param>
/// <param name="Charges">How many charges.</param>
/// <param name="Amount">What they cost themselves.</param>
/// <param name="First">The first of the charges; null where none was made.</param>
/// <param name="Last">The last of them.</param>
public sealed record WasteRow(string Outcome, string Cause, string Provider, long Attempts, long Charges, CurrencyAmount Amount, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>What was billed but not delivered, the dearest first.</summary>
/// <param name="Rows">By outcome, cause and provider.</param>
/// <param name="Attempts">All attempts that ended without a picture: those that two providers billed stand in two rows and count once here.</param>
/// <param name="Total">The rows' sum.</param>
/// <param name="Share">The total in millionths of all that the scope cost on the marginal basis: idle, warm-up and rounding left out.</param>
public sealed record WasteReport(IReadOnlyList<WasteRow> Rows, long Attempts, CurrencyAmount Total, long Share)
{
    /// <summary>What the share is of.</summary>
    public CurrencyAmount All { get; init; }

    /// <summary>Charges of the scope that have no price and are in no figure here.</summary>
    public long Unpriced { get; init; }

    /// <summary>The same as a table.</summary>
    public Sheet ToSheet() => new(
        "undelivered",
        "Billed but not delivered",
        ["outcome", "cause", "provider", "attempts", "charges", "cost", "first", "last"],
        [
            .. Rows.Select(static row => (IReadOnlyList<SheetCell>)
            [
                SheetCell.Of(row.Outcome), SheetCell.Of(row.Cause), SheetCell.Of(row.Provider), SheetCell.Of(row.Attempts), SheetCell.Of(row.Charges), SheetCell.Of(row.Amount),
                SheetCell.Of(row.First), SheetCell.Of(row.Last),
            ]),
            [
                SheetCell.Of("total"), SheetCell.Of(""), SheetCell.Of(""), SheetCell.Of(Attempts), SheetCell.Of(Rows.Sum(static row => row.Charges)), SheetCell.Of(Total),
                SheetCell.Of(Rows.Min(static row => row.First)), SheetCell.Of(Rows.Max(static row => row.Last)),
            ],
        ],
        HasTotal: true)
    {
        Unpriced = Unpriced,
    };

    internal static WasteReport Of(WasteSums costs, Currency currency)
    {
        // What ended without a charge is told too.
        var free = costs.Ended.Keys.Except(costs.Billed.Keys.Select(static key => (key.Outcome, key.Cause)))
            .Select(static key => new KeyValuePair<WasteKey, WasteSum>(new WasteKey(key.Outcome, key.Cause, ""), new WasteSum()));
        WasteRow[] rows =
        [
            .. costs.Billed.Concat(free)
                .OrderByDescending(static each => each.Value.Amount)
                .ThenBy(static each => each.Key.Outcome, StringComparer.Ordinal)
                .ThenBy(static each => each.Key.Cause, StringComparer.Ordinal)
                .ThenBy(static each => each.Key.Provider, StringComparer.Ordinal)
                .Select(each => new WasteRow(
                    each.Key.Outcome,
                    each.Key.Cause,
                    each.Key.Provider,
                    costs.Ended.GetValueOrDefault((each.Key.Outcome, each.Key.Cause)),
                    each.Value.Charges,
                    new CurrencyAmount(each.Value.Amount, currency),
                    each.Value.Charges == 0 ? null : EventTime.FromMicroseconds(each.Value.First),
                    each.Value.Charges == 0 ? null : EventTime.FromMicroseconds(each.Value.Last))),
        ];
        var total = rows.Aggregate(Int128.Zero, static (sum, row) => sum + row.Amount.Units);
        return new WasteReport(
            rows, costs.Ended.Values.Sum(), new CurrencyAmount(total, currency), costs.Total > 0 ? (long)(total * 1_000_000 / costs.Total) : 0)
        {
            All = new CurrencyAmount(costs.Total, currency),
        };
    }
}
