using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Prices;

public abstract class PriceStoreTests : IDisposable
{
    private readonly StoreKind _kind;
    private readonly LedgerFixture _ledger;
    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly PriceStore _store;

    protected PriceStoreTests(StoreKind kind)
    {
        (_kind, _ledger) = (kind, new LedgerFixture(kind: kind));
        _store = new PriceStore(_ledger.File, _time);
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_new_price_ends_the_open_one_and_the_past_stays_as_it_was_known()
    {
        Set("a", "1", "2026-01-01");
        _time.Advance(TimeSpan.FromDays(1));
        var done = Set("b", "2", "2026-02-01");
        Assert.Equal((1, 1), (done.Added, done.Ended));
        Assert.Equal("a", Find(_store.Book(), "2026-01-31"));
        Assert.Equal("b", Find(_store.Book(), "2026-02-01"));
        Assert.Equal("a", Find(_store.Book(1), "2026-02-01"));
        Assert.Equal("a", Find(_store.BookKnownAt(_time.GetUtcNow().AddHours(-1)), "2026-02-01"));
        Assert.Null(Find(_store.Book(0), "2026-02-01"));
        Assert.Null(Find(_store.Book(), "2025-12-31"));
    }

    [Fact]
    public void A_price_for_a_time_that_has_one_is_refused_and_nothing_is_kept()
    {
        Set("a", "1", "2026-01-01");
        Set("b", "2", "2026-03-01");
        var error = Assert.Throws<LedgerException>(() => Record("c,1,2026-06-01,\nd,3,2026-02-01,2026-05-01"));
        Assert.Equal(LedgerFault.Conflict, error.Fault);
        Assert.Contains("'d' (2026-02-01 to 2026-05-01) overlaps 'a' (2026-01-01 to 2026-03-01)", Flat(error), StringComparison.Ordinal);
        Assert.Equal(2, _store.Recordings().Count);
        Assert.Equal("b", Find(_store.Book(), "2026-07-01"));
    }

    [Fact]
    public void A_correction_holds_for_its_period_and_the_rest_stays()
    {
        Set("a", "1", "2026-01-01");
        var done = Record("fix,9,2026-02-01,2026-03-01", correct: true);
        Assert.Equal((1, 0, 1), (done.Added, done.Ended, done.Corrected));
        Assert.Equal(["a", "fix", "a"], Days("2026-01-31", "2026-02-15", "2026-03-01"));
        Record("a,1,2026-01-01,2026-03-01\nlate,4,2026-03-01,", correct: true);
        Assert.Equal(["a", "a", "late"], Days("2026-01-31", "2026-02-15", "2026-03-01"));
    }

    [Fact]
    public void An_id_is_permanent_but_its_end_may_be_written_later()
    {
        Set("a", "1", "2026-01-01");
        Assert.Contains("An id is permanent", Flat(Assert.Throws<LedgerException>(() => Set("a", "2", "2026-01-01"))), StringComparison.Ordinal);
        Assert.Equal(1, Record("a,1,2026-01-01,2026-02-01").Added);
        Assert.Equal(["a", null], Days("2026-01-31", "2026-02-01"));
        Assert.Equal((0, 1), (Record("a,1,2026-01-01,2026-02-01").Added, Record("a,1,2026-01-01,2026-02-01").Unchanged));
        Assert.Equal(2, _store.Recordings().Count);
    }

    [Theory]
    [InlineData("ecb-1,EUR,2026-01-01,1.0833", "not 1.0833 USD for 1 EUR on 2026-01-01")]
    [InlineData("ecb-1,EUR,2026-01-02,1.0832", "not 1.0832 USD for 1 EUR on 2026-01-02")]
    public void An_exchange_rates_id_is_permanent_even_for_a_correction_and_the_same_rate_is_already_so(string row, string part)
    {
        Rates("ecb-1,EUR,2026-01-01,1.0832");
        foreach (var correct in (bool[])[false, true])
        {
            var error = Flat(Assert.Throws<LedgerException>(() => Rates($"ecb-0,EUR,2025-12-31,1.08\n{row}", correct)));
            Assert.Contains("the rate 'ecb-1' is recorded as 1.0832 USD for 1 EUR on 2026-01-01, " + part, error, StringComparison.Ordinal);
            Assert.Contains("An id is permanent", error, StringComparison.Ordinal);
        }

        Assert.Single(_store.Book().Rates);
        var again = Rates("ecb-1,EUR,2026-01-01,1.0832");
        Assert.Equal((0, 1), (again.Rates, again.Unchanged));
    }

    [Fact]
    public void A_clock_that_jumps_back_does_not_reorder_recordings()
    {
        Set("a", "1", "2026-01-01");
        _time.AdjustTime(_time.GetUtcNow().AddDays(-30));
        Set("b", "2", "2026-02-01");
        var recordings = _store.Recordings();
        Assert.True(recordings[1].At > recordings[0].At);
        Assert.Equal("b", Find(_store.BookKnownAt(recordings[1].At), "2026-02-01"));
    }

    [Fact]
    public void The_store_is_append_only()
    {
        Rates("ecb-1,EUR,2026-01-01,1.0832");
        Import("t.csv", "id,resource,meter,unit,usd,from,increment_s\nt,gpu/x,device-time,gpu-hour,1,2026-01-01,60\n");
        foreach (var change in (string[])["UPDATE {0} SET link = link", "DELETE FROM {0}"])
        {
            foreach (var table in (string[])["price_recordings", "price_assertions", "price_terms", "rate_recordings"])
            {
                Assert.Equal(LedgerFault.AppendOnly, Assert.Throws<LedgerException>(() => _ledger.File.Write(transaction =>
                    transaction.Execute(string.Format(System.Globalization.CultureInfo.InvariantCulture, change, table)))).Fault);
            }
        }
    }

    [Theory]
    [InlineData("UPDATE price_recordings SET at = at - 1 WHERE seq = 1", "price_recordings 1 ('1') was changed")]
    [InlineData("UPDATE price_recordings SET source = 'mine' WHERE seq = 2", "price_recordings 2 ('2') was changed")]
    [InlineData("UPDATE price_assertions SET valid_from = valid_from + 1", "price_assertions '2, ")]
    [InlineData("UPDATE price_assertions SET valid_to = valid_from + 1", "price_assertions '2, ")]
    [InlineData("UPDATE price_terms SET minimum_s = 1", "price_terms '")]
    [InlineData("DELETE FROM price_terms", "rows are missing, doubled or added")]
    [InlineData("UPDATE rate_recordings SET recording = 2", "was changed")]
    [InlineData("DELETE FROM rate_recordings", "rows are missing, doubled or added")]
    public void What_is_recorded_is_part_of_the_chain(string sql, string found)
    {
        Rates("ecb-1,EUR,2026-01-01,1.0832");
        Import("t.csv", "id,resource,meter,unit,usd,from,increment_s\nt,gpu/x,device-time,gpu-hour,1,2026-01-01,60\n");
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));

        _ledger.Tamper(sql);
        check = LedgerVerifier.Verify(_ledger.File);
        Assert.False(check.IsWhole);
        Assert.Contains(found, string.Join('\n', check.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_leaves_neither_a_price_nor_a_link()
    {
        var before = LedgerVerifier.Verify(_ledger.File);
        var book = PriceBook.Of(Cells("a", "1", "2026-01-01"), static (_, _) => null);
        Assert.Equal(1, _store.Record(book, Options() with { IsTrial = true }).Added);
        Assert.Equal((before.Head, before.Rows), (LedgerVerifier.Verify(_ledger.File).Head, LedgerVerifier.Verify(_ledger.File).Rows));
        Assert.Empty(_store.Recordings());
    }

    [Fact]
    public void A_long_list_is_recorded_whole()
    {
        var rows = string.Join('\n', Enumerable.Range(1, 40).Select(static i => $"p{i},{i},2026-01-01,,r{i},requests,operation"));
        Assert.Equal(40, Import("p.csv", "id,usd,from,to,resource,meter,unit\n" + rows).Added);
        Assert.Equal("40", _store.Book().Find("r40", Meters.Requests, Day("2026-02-01"))!.Usd);
        Assert.Equal(40, Assert.Single(_store.Recordings()).Prices);
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }

    [Fact]
    public void A_price_in_euros_is_exact_dollars_by_the_rate_of_its_first_day()
    {
        Assert.Contains("there is no EUR rate for 2026-01-02", Assert.Throws<PriceBookException>(() => Euro()).Message, StringComparison.Ordinal);
        Rates("ecb-1,EUR,2026-01-01,1.0832");
        Euro();
        var price = _store.Book().Find("gpu/x", Meters.DeviceTime, Day("2026-02-01"))!;
        Assert.Equal("2.59968", price.Usd);
        Assert.Equal(new ForeignPrice(Currency.Eur, "2.40", "ecb-1"), price.Foreign);

        // A slip of the pen would fix every day until then. The clock says the first of March.
        Assert.Contains("'ecb-9' is of 2062-03-02, a day that has not come", Flat(Assert.Throws<LedgerException>(() => Rates("ecb-9,EUR,2062-03-02,1.1"))), StringComparison.Ordinal);
        Assert.Throws<LedgerException>(() => Rates("ecb-9,EUR,2026-03-03,1.1"));
        Rates("ecb-8,EUR,2026-03-02,1.1");
        Assert.Contains("is recorded for that day", Flat(Assert.Throws<LedgerException>(() => Rates("ecb-2,EUR,2026-01-01,1.1"))), StringComparison.Ordinal);

        PriceRecordingSummary Euro() => Import("e.csv", "id,resource,meter,unit,price,currency,from\ne,gpu/x,device-time,gpu-hour,2.40,EUR,2026-01-02\n");
    }

    [Fact]
    public void What_the_store_lacks_is_filled_by_the_built_in_book_and_a_chosen_book_comes_first()
    {
        Import("p.csv", "id,resource,meter,unit,usd,from\nmine,cpu,device-time,core-hour,0.02,2026-05-01\n");
        var layered = _store.Layered(null);
        Assert.Equal("cpu-2026", layered.Find("cpu", Meters.DeviceTime, Day("2026-04-30"))!.Id);
        Assert.Equal("mine", layered.Find("cpu", Meters.DeviceTime, Day("2026-05-01"))!.Id);
        var chosen = _store.Layered(PriceBook.Parse(LedgerFixture.PriceYaml));
        Assert.Equal("cpu-1", chosen.Find("cpu", Meters.DeviceTime, Day("2026-05-01"))!.Id);
        Assert.Equal("cpu-2", chosen.Find("cpu", Meters.DeviceTime, Day("2026-08-01"))!.Id);
        Assert.Equal("eur-1", chosen.FindRate(Currency.Eur, new DateOnly(2026, 1, 5))!.Id);
    }

    [Theory]
    [InlineData("id,resource,meter,unit,usd,from\nok,r,requests,operation,1,2026-01-01\na,r2,requests,operation,-1,2026-01-01\n", 3, "is no price")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,operation,NaN,2026-01-01\n", 2, "is no price")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,operation,9999999999999999999,2026-01-01\n", 2, "is no price")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,operation,99000000,2026-01-01\n", 2, "more than an amount holds")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,furlong,1,2026-01-01\n", 2, "unknown unit 'furlong'")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,operation,1,2026-01-01,x\n", 2, "has 7 fields")]
    [InlineData("id,resource,meter,unit,usd,from\na,\"r,requests,operation,1,2026-01-01\n", 2, "not closed")]
    [InlineData("id,resource,meter,unit,usd,from\na,r\0,requests,operation,1,2026-01-01\n", 2, "zero byte")]
    [InlineData("id,resource,meter,unit,usd,from\na,r,requests,operation,1,2026-01-01\nb,r,requests,operation,1,2026-02-01\n", 3, "overlaps 'a' on line 2")]
    [InlineData("id,resource,meter,unit,price,currency,from\na,r,requests,operation,1,GBP,2026-01-01\n", 2, "no currency that has rates")]
    [InlineData("id,resource,meter,unit,price,currency,from\na,r,requests,operation,1,EUR,2026-01-01\n", 2, "no EUR rate")]
    [InlineData("id;resource;meter\n", 1, "semicolons")]
    [InlineData("id,id\n", 1, "stands twice")]
    [InlineData("", 1, "empty")]
    [InlineData("id,currency,day,usd_per_unit\nr,EUR,2026-01-01,0\n", 2, "is no rate")]
    [InlineData("id,resource,meter,unit,usd,from,increment_s\na,r,requests,operation,1,2026-01-01,60\n", 2, "only device-time is leased")]
    [InlineData("id,resource,meter,unit,usd,from,minimum_s\na,gpu/x,device-time,gpu-hour,1,2026-01-01,-5\n", 2, "whole number of seconds")]
    public void A_poisoned_csv_is_named_by_line_and_nothing_is_recorded(string csv, long line, string part)
    {
        var error = Assert.Throws<PriceBookException>(() => Import("bad.csv", csv));
        Assert.Equal(line, error.Errors[0].Line);
        Assert.Contains(part, error.Errors[0].Message, StringComparison.Ordinal);
        Assert.Empty(_store.Recordings());
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var path = _folder.File("latin.csv");
        File.WriteAllBytes(path, [.. "id,resource\na,"u8, 0xE4, 0x0A]);
        Assert.Contains("line 2: near here it is not UTF-8", Assert.Throws<PriceBookException>(() => PriceFile.Load(path, Day("2026-01-01"), null, static (_, _) => null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_say_when_what_changes()
    {
        Set("a", "1", "2026-01-01");
        Set("b", "3", "2026-02-01");
        var difference = Assert.Single(PriceDifference.Between(_store.Book(1), _store.Book(), isPart: false));
        Assert.Equal((Day("2026-02-01"), null, "a", "b", 2000L), (difference.From, difference.To, difference.Before!.Id, difference.After!.Id, difference.Permille));
        Assert.Empty(PriceDifference.Between(_store.Book(), _store.Book(1).Only("nothing"), isPart: true));
    }

    [Fact]
    public void However_prices_are_corrected_each_instant_has_the_price_that_was_recorded_last() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 10]).Array[1, 8].Sample(changes =>
        {
            using var ledger = new LedgerFixture(kind: _kind);
            var store = new PriceStore(ledger.File, _time);
            var expected = new string?[40];
            for (var i = 0; i < changes.Length; i++)
            {
                var (start, length) = changes[i];
                var (from, to) = (Day("2026-01-01").AddDays(start), Day("2026-01-01").AddDays(start + length));
                store.Record(PriceBook.Of(Cells($"p{i}", $"{i + 1}", $"{from:yyyy-MM-dd}", $"{to:yyyy-MM-dd}"), static (_, _) => null), Options(correct: true));
                Array.Fill(expected, $"p{i}", start, length);
            }

            var book = store.Book();
            Assert.Equal(expected, Enumerable.Range(0, 40).Select(day => book.Find("r", Meters.Requests, Day("2026-01-01").AddDays(day))?.Id));
        }, iter: 40);

    private static DateTimeOffset Day(string day) => DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static string Flat(LedgerException error) => error.Message;

    private static string? Find(PriceBook book, string day) => book.Find("r", Meters.Requests, Day(day))?.Id;

    private static PriceRecordingOptions Options(bool correct = false) => new() { Source = "test", Corrects = correct };

    private static Dictionary<string, string?> Cells(string id, string usd, string from, string? to = null) => new()
    {
        ["id"] = id,
        ["resource"] = "r",
        ["meter"] = "requests",
        ["unit"] = "operation",
        ["usd"] = usd,
        ["from"] = from,
        ["to"] = to,
    };

    private string?[] Days(params string[] days) => [.. days.Select(day => Find(_store.Book(), day))];

    private PriceRecordingSummary Set(string id, string usd, string from) => Record($"{id},{usd},{from},");

    private PriceRecordingSummary Record(string rows, bool correct = false) => Import(
        "p.csv", "id,usd,from,to,resource,meter,unit\n" + string.Join('\n', rows.Split('\n').Select(static row => row + ",r,requests,operation")), correct);

    private PriceRecordingSummary Rates(string rows, bool correct = false) => Import("rates.csv", "id,currency,day,usd_per_unit\n" + rows + "\n", correct);

    private PriceRecordingSummary Import(string name, string text, bool correct = false)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        var known = _store.Book();
        return _store.Record(PriceFile.Load(path, Day("2026-01-01"), null, known.FindRate).Book, Options(correct));
    }
}

public sealed class PriceStoreOnSqliteTests() : PriceStoreTests(StoreKind.Sqlite);

public sealed class PriceStoreOnPostgresTests() : PriceStoreTests(StoreKind.Postgres);
