using Dapper;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>One recording: what the ledger was told about prices at one time.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="At">When it was recorded; never before the one that came before it.</param>
/// <param name="Kind"><c>import</c> or <c>set</c>.</param>
/// <param name="Source">Where the prices come from.</param>
/// <param name="Prices">How many prices it speaks of.</param>
/// <param name="Rates">How many exchange rates.</param>
public sealed record PriceRecording(long Number, DateTimeOffset At, string Kind, string Source, long Prices, long Rates);

/// <summary>The rows of the price store.</summary>
internal static class PriceStoreRows
{
    public static List<PriceRecording> Recordings(LedgerTransaction transaction) => transaction
        .Query<(long Seq, long At, string Kind, string Source, long Prices, long Rates)>(
            """
            SELECT seq, at, kind, source,
                (SELECT count(*) FROM price_assertions WHERE recording = seq),
                (SELECT count(*) FROM rate_recordings WHERE recording = seq)
            FROM price_recordings ORDER BY seq
            """)
        .Select(static row => new PriceRecording(row.Seq, EventTime.FromMicroseconds(row.At), row.Kind, row.Source, row.Prices, row.Rates))
        .AsList();

    /// <summary>The number of the last recording; 0 for none.</summary>
    public static long LastRecording(LedgerTransaction transaction) => transaction.Scalar<long>("SELECT coalesce(max(seq), 0) FROM price_recordings");

    /// <summary>Adds a recording at an instant, or just after the last one where the clock was set back since.</summary>
    public static long Add(LedgerTransaction transaction, DateTimeOffset now, string kind, string source)
    {
        var last = transaction.Scalar<long>("SELECT coalesce(max(at), 0) FROM price_recordings");
        return transaction.Insert(LedgerTables.PriceRecordings, Math.Max(EventTime.ToMicroseconds(now), last + 1), kind, source)!.Value;
    }

    /// <summary>Says when price versions hold.</summary>
    public static void Assert(LedgerTransaction transaction, long recording, IEnumerable<(long Version, PriceVersion Price)> prices) => transaction.Insert(
        LedgerTables.PriceAssertions,
        [.. prices.Select(each => (object?[])
        [
            recording,
            each.Version,
            EventTime.ToMicroseconds(each.Price.From),
            each.Price.To is { } to ? EventTime.ToMicroseconds(to) : null,
        ])]);

    /// <summary>Adds a rate; one that was recorded before stays with its first recording.</summary>
    public static void AddRate(LedgerTransaction transaction, long recording, string rateId) => transaction.Insert(
        LedgerTables.RateRecordings, transaction.Scalar<long>("SELECT seq FROM fx_rates WHERE id = @rateId", new { rateId }), recording);

    /// <summary>What holds when, as recordings up to a number say: of two that speak of one instant, the later one holds.</summary>
    public static List<PricePeriod> Periods(LedgerTransaction transaction, long upTo)
    {
        var versions = PriceRecords.Stored(transaction).ToDictionary(static row => row.Seq, static row => row.Price);
        var rows = transaction.Query<(long Version, long From, long? To)>(
            "SELECT price_version, valid_from, valid_to FROM price_assertions WHERE recording <= @upTo ORDER BY recording, price_version",
            new { upTo });
        var periods = new Dictionary<(string, string), List<PricePeriod>>();
        foreach (var (version, from, to) in rows)
        {
            var price = versions[version] with { To = to is { } end ? EventTime.FromMicroseconds(end) : null };
            var next = new PricePeriod(EventTime.FromMicroseconds(from), price.To, price);
            var key = (price.Resource, price.Meter);
            var known = periods.GetValueOrDefault(key, []);
            // A version that is said again may end elsewhere: what was said of it before no longer counts.
            periods[key] = [.. known.Where(period => period.Price.Id != price.Id).SelectMany(period => period.Without(next)), next];
        }

        return [.. periods.Values.SelectMany(static each => each.OrderBy(static period => period.From))];
    }

    public static List<FxRate> Rates(LedgerTransaction transaction, long upTo)
    {
        var rates = PriceRecords.StoredRates(transaction);
        return transaction
            .Query<long>("SELECT rate FROM rate_recordings WHERE recording <= @upTo ORDER BY recording, rate", new { upTo })
            .Select(rate => rates[rate])
            .AsList();
    }
}
