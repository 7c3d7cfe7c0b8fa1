using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

/// <summary>2026-03-04 is a Wednesday.</summary>
public abstract class FxFixingsTests : IDisposable
{
    private const string WithoutRates = """prices: [{ id: puts-1, resource: storage/folder, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }]""";

    private readonly LedgerFixture _ledger;

    protected FxFixingsTests(StoreKind kind) => _ledger = new LedgerFixture(WithoutRates, kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_day_waits_for_a_rate_of_its_own_or_of_a_later_day_and_reports_say_so()
    {
        Rate("tuesday", "2026-03-03", "1.1");
        _ledger.Post(Put("a"), Put("b"), Put("c", Noon.AddDays(1)), Put("before", Noon.AddDays(-1)));
        var error = Assert.Throws<LedgerException>(() => _ledger.Reports.Build(Scope));
        Assert.Equal(LedgerFault.NoRate, error.Fault);
        Assert.StartsWith("3 charges have no EUR rate yet: 2 of 2026-03-04, 1 of 2026-03-05. ", error.Message, StringComparison.Ordinal);
        Assert.Contains("`farthing prices import FILE`", error.Message, StringComparison.Ordinal);
        foreach (var report in new Action[] { () => _ledger.Reports.Renders(Scope), () => _ledger.Reports.Waste(Scope), () => _ledger.Reports.Devices(Scope) })
        {
            Assert.Equal(LedgerFault.NoRate, Assert.Throws<LedgerException>(report).Fault);
        }

        // A book that was read before knows nothing of what is imported; the day's own rate is taken all the same.
        Rate("wednesday", "2026-03-04", "1.2");
        Rate("thursday", "2026-03-05", "1.3");
        _ledger.Post(Put("late"));
        Assert.Equal(["thursday", "tuesday", "wednesday"], Rates());
        Assert.Equal(Of("1.1", 1) + Of("1.2", 3) + Of("1.3", 1), Euros());
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_weekend_has_the_rate_of_its_friday_when_mondays_is_there_whatever_came_first(bool entriesFirst)
    {
        Action[] steps = [() => Rate("friday", "2026-03-06", "1.1"), () => Rate("monday", "2026-03-09", "1.2")];
        if (entriesFirst)
        {
            _ledger.Post(Put("saturday", Noon.AddDays(3)), Put("sunday", Noon.AddDays(4)));
        }

        foreach (var step in steps)
        {
            step();
        }

        if (!entriesFirst)
        {
            _ledger.Post(Put("saturday", Noon.AddDays(3)), Put("sunday", Noon.AddDays(4)));
        }

        Assert.Equal(["friday"], Rates());
        Assert.Equal(Of("1.1", 2), Euros());
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }

    [Fact]
    public void A_fixed_day_stays_as_it_is()
    {
        _ledger.Post(Put("a"));
        Rate("tuesday", "2026-03-03", "1.1");
        Rate("thursday", "2026-03-05", "1.3");
        Rate("wednesday", "2026-03-04", "1.2");
        _ledger.Post(Put("b"));
        Assert.Equal(Of("1.1", 2), Euros());
    }

    [Fact]
    public void No_rate_is_built_in_and_the_one_that_was_fixes_no_day()
    {
        Assert.Empty(PriceBook.Default().Rates);
        _ledger.File.Write(static transaction => transaction.Insert(
            LedgerTables.FxRates, "example-eur-2026-01-01", "EUR", (long)EventTime.ToDay(new DateOnly(2026, 1, 1)), "1.1500", "example"));
        _ledger.Post(Put("a"), Put("new year", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Rate("thursday", "2026-03-05", "1.3");
        Assert.Throws<LedgerException>(() => _ledger.Reports.Build(Scope));
        Rate("tuesday", "2026-03-03", "1.1");
        Assert.Equal(["tuesday"], Rates());
    }

    private static ReportQuery Scope => new() { Currency = Currency.Eur };

    private static CurrencyAmount Of(string rate, int puts) =>
        Enumerable.Repeat(new FxRate("x", Currency.Eur, default, rate).Convert(new Amount(5_000_000)), puts).Aggregate(static (sum, each) => sum + each);

    private CurrencyAmount Euros() => _ledger.Reports.Build(Scope).Total;

    private string[] Rates() => [.. _ledger.Entries().Select(static entry => entry.Rate).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private void Rate(string id, string day, string usd) => new PriceStore(_ledger.File, TimeProvider.System).Record(
        PriceBook.Parse($"fx: [{{ id: {id}, currency: EUR, day: {day}, usd_per_unit: \"{usd}\" }}]"), new PriceRecordingOptions { Source = "test" });
}

public sealed class FxFixingsOnSqliteTests() : FxFixingsTests(StoreKind.Sqlite);

public sealed class FxFixingsOnPostgresTests() : FxFixingsTests(StoreKind.Postgres);
