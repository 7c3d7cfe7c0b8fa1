using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Fixes the rate of a day once it is final: when a rate of the day itself or of a later one is recorded, it is the last one up to the day, so that Friday's
/// holds over the weekend. Every entry of the day is converted by it for ever. Until then its entries are unconverted, and reports in euros say so.
/// </summary>
internal sealed class FxFixings(PriceBook book)
{
    // Price books of before came with this rate, which nobody has published. The days that it fixed stay as they are; it fixes no other.
    private const string Invented = "example-eur-2026-01-01";

    private readonly Dictionary<int, FxRate?> _days = [];
    private Dictionary<long, FxRate> _rates = [];
    private LedgerTransaction? _transaction;

    /// <summary>A rolled-back transaction takes its fixings along, so none is remembered beyond it.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _days.Clear();
        _transaction = transaction;
    }

    /// <summary>The rate of the day of an entry, fixed now if it was not and is final; null while it is not.</summary>
    public FxRate? Fix(DateTimeOffset instant)
    {
        var day = EventTime.DayOf(EventTime.ToMicroseconds(instant));
        if (!_days.TryGetValue(day, out var rate))
        {
            rate = Stored(day);
            if (rate is null && New(day) is { } found)
            {
                rate = found;
                _transaction!.Rollups.Convert(new Dictionary<int, FxRate> { [day] = rate });
            }

            _days[day] = rate;
        }

        return rate;
    }

    /// <summary>Fixes the days that have entries and whose rate is final by now, and converts their entries, all of them in one go.</summary>
    public static void FixOpenDays(LedgerTransaction transaction, PriceBook book)
    {
        var fixings = new FxFixings(book);
        fixings.Enter(transaction);
        List<long> days = [.. transaction.Query<long>(
            """
            SELECT day FROM (
                SELECT DISTINCT day FROM charge_rollups WHERE unconverted > 0
                UNION SELECT DISTINCT at / 86400000000 FROM memos WHERE amount IS NOT NULL
            ) AS days WHERE day NOT IN (SELECT day FROM fx_fixings WHERE currency = 'EUR')
            """)];
        var rates = new Dictionary<int, FxRate>();
        foreach (var day in days.Select(static day => (int)day))
        {
            if (fixings.New(day) is { } rate)
            {
                rates[day] = rate;
            }
        }

        transaction.Rollups.Convert(rates);
    }

    private FxRate? Stored(int day) =>
        _transaction!.Scalar<long?>("SELECT rate_seq FROM fx_fixings WHERE currency = 'EUR' AND day = @day", new { day = (long)day }) is { } seq ? Rate(seq) : null;

    /// <summary>Fixes a day that is not fixed, if its rate is final.</summary>
    private FxRate? New(int day)
    {
        if (!IsFinal(day) || Latest(Own(day), Recorded(day)) is not { } rate)
        {
            return null;
        }

        var seq = _transaction!.Scalar<long>("SELECT seq FROM fx_rates WHERE id = @Id", new { rate.Id });
        _transaction!.Insert(LedgerTables.FxFixings, Currency.Eur.Code(), (long)day, seq);
        return rate;
    }

    /// <summary>The rates of this book are recorded, as are those of any other process.</summary>
    private bool IsFinal(int day) => _transaction!.Scalar<long>(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM fx_rates WHERE currency = 'EUR' AND day >= @day AND id <> @Invented) THEN 1 ELSE 0 END",
        new { day = (long)day, Invented }) == 1;

    private FxRate? Own(int day) => book.FindRate(Currency.Eur, EventTime.ToDate(day)) is { Id: not Invented } rate ? rate : null;

    /// <summary>The last rate up to a day that any process has recorded: a book that was read when a server started knows none of the days since.</summary>
    private FxRate? Recorded(int day) => _transaction!.Scalar<long?>(
        "SELECT seq FROM fx_rates WHERE currency = 'EUR' AND day <= @day AND id <> @Invented ORDER BY day DESC, seq DESC LIMIT 1",
        new { day = (long)day, Invented }) is { } seq ? Rate(seq) : null;

    private static FxRate? Latest(FxRate? own, FxRate? recorded) =>
        own is null || (recorded is not null && recorded.Day > own.Day) ? recorded : own;

    private FxRate Rate(long seq)
    {
        if (!_rates.TryGetValue(seq, out var rate))
        {
            _rates = PriceRecords.StoredRates(_transaction!);
            rate = _rates[seq];
        }

        return rate;
    }
}
