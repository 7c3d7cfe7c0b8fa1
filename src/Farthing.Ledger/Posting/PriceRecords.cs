using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The prices and rates that the ledger has seen, kept so that no later edit of a book changes the past.</summary>
internal static class PriceRecords
{
    /// <summary>Records what is new in a book and refuses a permanent id with other content.</summary>
    /// <returns>The rows' numbers by the versions' ids.</returns>
    public static Dictionary<string, long> Record(LedgerTransaction transaction, PriceBook book)
    {
        var stored = Stored(transaction).ToDictionary(static row => row.Price.Id);
        foreach (var price in book.Prices)
        {
            if (!stored.TryGetValue(price.Id, out var row))
            {
                transaction.Insert(
                    LedgerTables.PriceVersions,
                    price.Id,
                    price.Resource,
                    price.Meter,
                    price.Unit,
                    price.Usd,
                    EventTime.ToMicroseconds(price.From),
                    price.Source);
            }
            else if (Terms(row.Price) != Terms(price))
            {
                throw Conflict("price", price.Id, Terms(row.Price).ToString(), Terms(price).ToString());
            }
        }

        if (RecordRates(transaction, book))
        {
            FxFixings.FixOpenDays(transaction, book);
        }

        return Stored(transaction).ToDictionary(static row => row.Price.Id, static row => row.Seq);
    }

    /// <summary>Every recorded price version with its row's number.</summary>
    public static IEnumerable<(long Seq, PriceVersion Price)> Stored(LedgerTransaction transaction) => transaction
        .Query<(long Seq, string Id, string Resource, string Meter, string Unit, string Usd, long From)>(
            "SELECT seq, id, resource, meter, unit, usd, valid_from FROM price_versions")
        .Select(static row => (
            row.Seq,
            new PriceVersion(row.Id, row.Resource, row.Meter, PriceUnit.Find(row.Unit)!, row.Usd)
            {
                From = EventTime.FromMicroseconds(row.From),
            }));

    /// <summary>Every recorded rate by its row's number.</summary>
    public static Dictionary<long, FxRate> StoredRates(LedgerTransaction transaction) => transaction
        .Query<(long Seq, string Id, string Code, long Day, string Usd)>(
            "SELECT seq, id, currency, day, usd_per_unit FROM fx_rates")
        .ToDictionary(
            static row => row.Seq,
            static row => new FxRate(row.Id, ParseCurrency(row.Code), EventTime.ToDate((int)row.Day), row.Usd));

    /// <returns>Whether the book had a rate that is new.</returns>
    private static bool RecordRates(LedgerTransaction transaction, PriceBook book)
    {
        var isNew = false;
        var stored = StoredRates(transaction).Values.ToDictionary(static rate => rate.Id);
        foreach (var rate in book.Rates)
        {
            if (!stored.TryGetValue(rate.Id, out var known))
            {
                transaction.Insert(
                    LedgerTables.FxRates, rate.Id, rate.Currency.Code(), (long)EventTime.ToDay(rate.Day), rate.UsdPerUnit, rate.Source);
                isNew = true;
            }
            else if ((known.Currency, known.Day, known.UsdPerUnit) != (rate.Currency, rate.Day, rate.UsdPerUnit))
            {
                throw Conflict("rate", rate.Id, $"{known.UsdPerUnit} on {known.Day:yyyy-MM-dd}", $"{rate.UsdPerUnit} on {rate.Day:yyyy-MM-dd}");
            }
        }

        return isNew;
    }

    // The end of a period is left out: it may be written when the next version comes.
    private static (string, string, string, string, DateTimeOffset) Terms(PriceVersion price) =>
        (price.Resource, price.Meter, price.Unit, price.Usd, price.From);

    private static Currency ParseCurrency(string code) => CurrencyNames.TryParse(code, out var currency) ? currency : default;

    private static LedgerException Conflict(string what, string id, string stored, string offered) => new(
        LedgerFault.Conflict,
        $"The {what} '{id}' is recorded as {stored}, but the price book says {offered}. An id is permanent: "
            + "put the old row back, end it, and add the new one under a new id.");
}
