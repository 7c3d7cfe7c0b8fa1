using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Fixes the rate of a day with its first entry that finds one. Every entry of the day is converted by it for ever,
/// so a report in euros never changes and does not depend on the order in which entries came.
/// </summary>
internal sealed class FxFixings(PriceBook book)
{
    private readonly Dictionary<int, FxRate?> _days = [];
    private Dictionary<long, FxRate> _rates = [];
    private LedgerTransaction? _transaction;

    /// <summary>A rolled-back transaction takes its fixings along, so none is remembered beyond it.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _days.Clear();
        _transaction = transaction;
    }

    /// <summary>The rate of the day of an entry, fixed now if it was not; null while none is known.</summary>
    public FxRate? Fix(DateTimeOffset instant) => Fix(EventTime.DayOf(EventTime.ToMicroseconds(instant)));

    /// <summary>Fixes the days that have entries and found no rate then, for which the book has one now.</summary>
    /// <returns>The days that have a rate now.</returns>
    public static IReadOnlyList<int> FixOpenDays(LedgerTransaction transaction, PriceBook book)
    {
        var fixings = new FxFixings(book);
        fixings.Enter(transaction);
        List<long> days = [.. transaction.Query<long>(
            """
            SELECT day FROM (
                SELECT DISTINCT c.at / 86400000000 AS day FROM charges AS c JOIN transfers AS t ON t.charge_seq = c.seq
                UNION SELECT DISTINCT at / 86400000000 FROM memos WHERE amount IS NOT NULL
            ) AS days WHERE day NOT IN (SELECT day FROM fx_fixings WHERE currency = 'EUR')
            """)];
        return [.. days.Select(static day => (int)day).Where(day => fixings.Fix(day) is not null)];
    }

    private FxRate? Fix(int day)
    {
        if (!_days.TryGetValue(day, out var rate))
        {
            _days[day] = rate = Stored(day) ?? New(day);
        }

        return rate;
    }

    private FxRate? Stored(int day) =>
        _transaction!.Scalar<long?>("SELECT rate_seq FROM fx_fixings WHERE currency = 'EUR' AND day = @day", new { day = (long)day }) is { } seq ? Rate(seq) : null;

    private FxRate? New(int day)
    {
        if (Latest(book.FindRate(Currency.Eur, EventTime.ToDate(day)), Recorded(day)) is not { } rate)
        {
            return null;
        }

        var seq = _transaction!.Scalar<long>("SELECT seq FROM fx_rates WHERE id = @Id", new { rate.Id });
        _transaction!.Insert(LedgerTables.FxFixings, Currency.Eur.Code(), (long)day, seq);
        _transaction!.Rollups.Convert(day, rate);
        return rate;
    }

    /// <summary>The last rate up to a day that any process has recorded: a book that was read when a server started knows none of the days since.</summary>
    private FxRate? Recorded(int day) => _transaction!.Scalar<long?>(
        "SELECT seq FROM fx_rates WHERE currency = 'EUR' AND day <= @day ORDER BY day DESC, seq DESC LIMIT 1", new { day = (long)day }) is { } seq ? Rate(seq) : null;

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
