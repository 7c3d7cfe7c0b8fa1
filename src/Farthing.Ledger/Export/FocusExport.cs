using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Export;

/// <summary>The files that FOCUS is written as.</summary>
public enum FocusFileType
{
    /// <summary>Comma-separated text.</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}

/// <summary>What an export did.</summary>
/// <param name="Rows">How many charges were written.</param>
/// <param name="Billed">Their amounts together.</param>
/// <param name="Unpriced">Charges that have no price and are not in the file.</param>
public sealed record FocusSummary(long Rows, CurrencyAmount Billed, long Unpriced);

/// <summary>
/// Writes the charges of a period as a FOCUS 1.4 Cost and Usage dataset. It is read in pages, which keep nobody waiting, and is the ledger as it was at one
/// end of its chain: entries never change, and later ones are left out.
/// </summary>
public sealed class FocusExport(LedgerStore file)
{
    private const int PageRows = 20_000;

    /// <summary>Writes a row for each priced charge.</summary>
    /// <param name="period">The days and the billing currency.</param>
    /// <param name="identity">Who bills whom.</param>
    /// <param name="stream">Where to; it can seek.</param>
    /// <param name="type">As what.</param>
    /// <param name="cancellation">Stops it; the file is then useless.</param>
    /// <exception cref="LedgerException">An entry has no exchange rate (nothing is written), or the file can't be read.</exception>
    public async Task<FocusSummary> WriteAsync(
        ReportQuery period, FocusIdentity identity, Stream stream, FocusFileType type, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(identity);
        var (last, unpriced, prices, ratios, rates, corrected) = file.Read(transaction =>
        {
            MissingRates.Refuse(transaction, period);
            return (
                FocusQuery.LastLink(transaction),
                FocusQuery.CountUnpriced(transaction, period),
                PriceRecords.Stored(transaction).ToDictionary(static row => row.Seq, static row => row.Price),
                FocusQuery.Ratios(transaction, period),
                period.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, period.Currency),
                identity.Invoiced is { } day ? FocusQuery.Corrected(transaction, new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)) : ([], []));
        });
        var rows = new FocusRows(identity, period.Currency);
        var billed = new CurrencyAmount(0, period.Currency);
        var written = 0L;
        IFocusFile output = type == FocusFileType.Csv ? new FocusCsv(stream) : await FocusParquet.CreateAsync(stream, cancellation).ConfigureAwait(false);
        await using (output.ConfigureAwait(false))
        {
            for (var after = 0L; ;)
            {
                var page = file.Read(transaction => FocusQuery.Page(transaction, period, (after, last, PageRows), prices, ratios, corrected));
                if (page.Count == 0)
                {
                    return new FocusSummary(written, billed, unpriced);
                }

                await output.AddAsync([.. page.Select(charge => rows.Of(charge, RateOf(charge)))], cancellation).ConfigureAwait(false);
                billed = page.Aggregate(billed, (sum, charge) => sum + (RateOf(charge)?.Convert(charge.Amount) ?? new CurrencyAmount(charge.Amount.Units, Currency.Usd)));
                (after, written) = (page[^1].Seq, written + page.Count);
            }
        }

        FxRate? RateOf(FocusCharge charge) => rates is null ? null : CostQuery.Rate(rates, EventTime.DayOf(charge.At), period.Currency);
    }
}
