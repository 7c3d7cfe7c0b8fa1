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
                Insert(transaction, price);
            }
            else if (Terms(row.Price) != Terms(price))
            {
                throw Conflict(row.Price, price);
            }
        }

        if (RecordRates(transaction, book))
        {
            FxFixings.FixOpenDays(transaction, book);
        }

        return Stored(transaction).ToDictionary(static row => row.Price.Id, static row => row.Seq);
    }

    /// <summary>Adds a price version, whose id must be new.</summary>
    public static void Insert(LedgerTransaction transaction, PriceVersion price)
    {
        var version = transaction.Insert(
            LedgerTables.PriceVersions,
            price.Id,
            price.Resource,
            price.Meter,
            price.Unit,
            price.Usd,
            EventTime.ToMicroseconds(price.From),
            price.Source) ?? throw new LedgerException(LedgerFault.Conflict, $"The price '{price.Id}' is recorded already.");
        if (price.Foreign is null && price.Lease is null)
        {
            return;
        }

        transaction.Insert(
            LedgerTables.PriceTerms,
            version,
            (price.Foreign?.Currency ?? Currency.Usd).Code(),
            price.Foreign?.Price ?? price.Usd,
            price.Foreign?.RateId ?? "",
            price.Lease?.IncrementSeconds ?? 0L,
            price.Lease?.MinimumSeconds ?? 0L);
    }

    /// <summary>Every recorded price version with its row's number.</summary>
    public static IEnumerable<(long Seq, PriceVersion Price)> Stored(LedgerTransaction transaction)
    {
        var terms = transaction
            .Query<(long Seq, string Code, string Price, string Rate, long Increment, long Minimum)>(
                "SELECT price_version, currency, price, fx_rate, increment_s, minimum_s FROM price_terms")
            .ToDictionary(static row => row.Seq);
        return transaction
            .Query<(long Seq, string Id, string Resource, string Meter, string Unit, string Usd, long From, string Source)>(
                "SELECT seq, id, resource, meter, unit, usd, valid_from, source FROM price_versions")
            .Select(row => (
                row.Seq,
                new PriceVersion(row.Id, row.Resource, row.Meter, UnitOf(row.Id, row.Meter, row.Unit), row.Usd)
                {
                    From = EventTime.FromMicroseconds(row.From),
                    Source = row.Source,
                    Foreign = terms.TryGetValue(row.Seq, out var foreign) && foreign.Rate.Length > 0
                        ? new ForeignPrice(ParseCurrency(foreign.Code), foreign.Price, foreign.Rate)
                        : null,
                    Lease = terms.TryGetValue(row.Seq, out var lease) && (lease.Increment, lease.Minimum) != default
                        ? new LeaseBilling(lease.Increment, lease.Minimum)
                        : null,
                }));
    }

    private static PriceUnit UnitOf(string id, string meter, string unit) => PriceUnit.For(meter, unit) ?? throw new LedgerException(
        LedgerFault.Corrupt, $"The recorded price '{id}' is per '{unit}', in which {meter} is not counted: it was changed after it was recorded. Run `farthing ledger verify`.");

    /// <summary>Adds versions that were recorded since the others were read, where one of some rows is missing.</summary>
    public static void Complete(LedgerTransaction transaction, Dictionary<long, PriceVersion> known, IEnumerable<long> rows)
    {
        if (rows.Any(row => !known.ContainsKey(row)))
        {
            foreach (var (seq, price) in Stored(transaction))
            {
                known[seq] = price;
            }
        }
    }

    /// <summary>Every recorded rate by its row's number.</summary>
    public static Dictionary<long, FxRate> StoredRates(LedgerTransaction transaction) => transaction
        .Query<(long Seq, string Id, string Code, long Day, string Usd)>(
            "SELECT seq, id, currency, day, usd_per_unit FROM fx_rates")
        .ToDictionary(
            static row => row.Seq,
            static row => new FxRate(row.Id, ParseCurrency(row.Code), EventTime.ToDate((int)row.Day), row.Usd));

    /// <summary>Records the rates that are new and refuses a permanent id with other content.</summary>
    /// <returns>Whether the book had a rate that is new.</returns>
    public static bool RecordRates(LedgerTransaction transaction, PriceBook book)
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
            else if (!IsSame(known, rate))
            {
                throw Conflict("rate", rate.Id, known.Describe(), rate.Describe());
            }
        }

        return isNew;
    }

    /// <summary>Says that an id stands for another price.</summary>
    public static LedgerException Conflict(PriceVersion stored, PriceVersion offered) =>
        Conflict("price", offered.Id, Terms(stored).ToString(), Terms(offered).ToString());

    /// <summary>Whether two versions of one id are one and the same.</summary>
    public static bool IsSame(PriceVersion left, PriceVersion right) => Terms(left) == Terms(right);

    /// <summary>Whether two rates of one id are one and the same.</summary>
    public static bool IsSame(FxRate left, FxRate right) => (left.Currency, left.Day, left.UsdPerUnit) == (right.Currency, right.Day, right.UsdPerUnit);

    // The end of a period is left out: it may be written when the next version comes.
    private static (string, string, string, string, string, LeaseBilling?, DateTimeOffset) Terms(PriceVersion price) =>
        (price.Resource, price.Meter, price.Unit, price.Usd, price.Foreign?.Price ?? "", price.Lease, Instant(price.From));

    private static DateTimeOffset Instant(DateTimeOffset from) => EventTime.FromMicroseconds(EventTime.ToMicroseconds(from));

    private static Currency ParseCurrency(string code) => CurrencyNames.TryParse(code, out var currency) ? currency : default;

    private static LedgerException Conflict(string what, string id, string stored, string offered) => new(
        LedgerFault.Conflict,
        $"The {what} '{id}' is recorded as {stored}, but the price book says {offered}. An id is permanent: "
            + "put the old row back, end it, and add the new one under a new id.");
}
