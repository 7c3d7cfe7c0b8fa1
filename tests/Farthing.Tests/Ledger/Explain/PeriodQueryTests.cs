using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Explain;

public abstract class PeriodQueryTests : IDisposable
{
    private static readonly Lease Second = Cpu with { Id = "lease-2", RunId = "run-2" };
    private readonly LedgerFixture _ledger;

    protected PeriodQueryTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        // In both runs one render takes 600 µs and 300 µs are idle; in the second one an attempt fails after 900 µs.
        _ledger.Open(Cpu);
        _ledger.Attempt("r1", AttemptOutcome.Delivered);
        _ledger.Post(Of("r1", Work("a", Stage.Denoise, 600)));
        _ledger.Close(Cpu, 900, 300);
        _ledger.Open(Second);
        _ledger.Attempt("r1", AttemptOutcome.Failed, run: "run-2");
        _ledger.Attempt("r1", AttemptOutcome.Delivered, run: "run-2", number: 2);
        _ledger.Post(
            Of("r1", Work("b", Stage.Denoise, 900, Second)),
            Of("r1", Work("c", Stage.Denoise, 600, Second)) with { Attempt = 2 });
        _ledger.Close(Second, 1800, 300);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Totals_are_those_of_the_report_in_every_currency_on_every_basis()
    {
        foreach (var query in ReportSamples.Queries)
        {
            var waterfall = Explain(query);
            Assert.Equal(_ledger.Reports.Build(query with { RunId = "run-1" }).Total, waterfall.Before.Total);
            Assert.Equal(_ledger.Reports.Build(query with { RunId = "run-2" }).Total, waterfall.After.Total);
            Assert.Equal(waterfall.Change.Units, waterfall.Bars.Aggregate(Int128.Zero, static (sum, bar) => sum + bar.Change.Units));
        }
    }

    [Fact]
    public void A_failed_attempt_is_waste_and_nothing_else()
    {
        var waterfall = Explain(new ReportQuery());
        // 900 µs × 2 cores at 40/3 units each.
        Assert.Equal((24_000, 0), ((long)waterfall.After.Waste.Units, (long)waterfall.Before.Waste.Units));
        Assert.Equal([(WaterfallFactor.Waste, 24_000)], Moved(waterfall));
    }

    [Fact]
    public void A_memo_turns_what_was_unexplained_into_its_own_bar()
    {
        var third = Cpu with { Id = "lease-3", RunId = "run-3" };
        _ledger.Open(third);
        _ledger.Attempt("r1", AttemptOutcome.Delivered, run: "run-3");
        _ledger.Post(Of("r1", Work("d", Stage.Denoise, 300, third)));
        _ledger.Close(third, 600, 300);
        Assert.Equal([(WaterfallFactor.Unexplained, -8_000)], Moved(Explain(new ReportQuery(), "run-3")));

        _ledger.File.Write(transaction => _ledger.Journal.Memos.Record(transaction, [new SavingsMemo
        {
            Id = "m", At = Noon, RunId = "run-3", RenderId = "r1", Attempt = 1, Kind = SavingsKind.Int8, Stage = Stage.Denoise, Resource = "cpu",
            Meter = "device-time", Quantity = 600, Evidence = "measured",
        }]));
        Assert.Equal([(WaterfallFactor.Int8, -8_000)], Moved(Explain(new ReportQuery(), "run-3")));
    }

    [Fact]
    public void A_period_without_a_delivery_is_refused_with_its_name()
    {
        var error = Assert.Throws<LedgerException>(() => Explain(new ReportQuery(), "run-9"));
        Assert.Contains("run-9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_form_says_the_same()
    {
        var waterfall = Explain(new ReportQuery(), claimed: new Amount(1));
        Assert.Contains("change,waste,,0.000000024000,USD,loaded\r\npart,waste,unet,0.000000024000", WaterfallCsv.Write(waterfall), StringComparison.Ordinal);
        Assert.Contains("{\"factor\":\"waste\",\"change\":\"24000\",\"stages\":[{\"stage\":\"unet\",\"change\":\"24000\"}]}", WaterfallJson.Write(waterfall), StringComparison.Ordinal);
        var svg = System.Xml.Linq.XDocument.Parse(WaterfallSvg.Write(waterfall));
        var texts = svg.Descendants().Where(static node => node.Name.LocalName == "text").Select(static node => node.Value).ToList();
        Assert.Contains("before: <run> & 1", texts);
        Assert.Contains("+$0.000000024", texts);
        Assert.Contains("claimed", texts);
    }

    private Waterfall Explain(ReportQuery query, string after = "run-2", Amount? claimed = null) => new Waterfalls(_ledger.File).Explain(
        ("<run> & 1", query with { RunId = "run-1" }), (after, query with { RunId = after }), claimed);

    private static IEnumerable<(WaterfallFactor, long)> Moved(Waterfall waterfall) =>
        waterfall.Bars.Where(static bar => bar.Change.Units != 0).Select(static bar => (bar.Factor, (long)bar.Change.Units));

    private static UsageFact Of(string render, UsageFact fact) => fact with { RenderId = render };
}

public sealed class PeriodQueryOnSqliteTests() : PeriodQueryTests(StoreKind.Sqlite);

public sealed class PeriodQueryOnPostgresTests() : PeriodQueryTests(StoreKind.Postgres);
