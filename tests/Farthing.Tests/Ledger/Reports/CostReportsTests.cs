using CsCheck;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Reports;

public abstract class CostReportsTests(StoreKind kind)
{
    [Fact]
    public void Rows_and_groups_add_up_in_every_currency_on_every_basis()
    {
        // run, day, stage, time, tags
        var fact = Gen.Select(Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[0, 5], Gen.Long[0, 90_000_000], Gen.Int[0, 3]);
        fact.Array[0, 25].Sample(rows =>
        {
            string[] tags = ["", "x", "y", "x,y"];
            Lease[] leases = [Cpu, Cpu with { Id = "lease-b", RunId = "run-2" }];
            using var ledger = new LedgerFixture(kind: kind);
            foreach (var lease in leases)
            {
                ledger.Open(lease);
            }

            ledger.Post(rows.Select((row, i) => Work(
                $"f{i}", (Stage)row.Item3, row.Item4, leases[row.Item1], tags[row.Item5], Noon.AddDays(row.Item2))));
            for (var i = 0; i < leases.Length; i++)
            {
                var work = rows.Where(row => row.Item1 == i).Sum(row => row.Item4);
                ledger.Close(leases[i], work + 50_123, 50_000, Noon.AddDays(4));
                Assert.True(ledger.Reconcile(leases[i]).IsBalanced);
            }

            foreach (var query in ReportSamples.Queries)
            {
                var whole = ledger.Reports.Build(query);
                AddsUp(whole);
                foreach (var grouping in Enum.GetValues<ReportGrouping>())
                {
                    var grouped = ledger.Reports.Build(query, grouping);
                    Assert.Equal(whole.Total, grouped.Total.Total);
                    Assert.All(grouped.Groups, group => AddsUp(group.Report));
                    Assert.Equal(whole.Total.Units, Sum(grouped.Groups.Select(group => group.Report.Total.Units)));
                    Assert.Equal(whole.TotalTime.Value, Sum(grouped.Groups.Select(group => group.Report.TotalTime.Value)));
                    foreach (var row in whole.Rows)
                    {
                        Assert.Equal(row.Amount.Units, Sum(grouped.Groups.SelectMany(group => group.Report.Rows)
                            .Where(each => each.Stage == row.Stage).Select(each => each.Amount.Units)));
                    }
                }

                var days = Enumerable.Range(0, 5).Select(i => DateOnly.FromDateTime(Noon.UtcDateTime).AddDays(i));
                Assert.Equal(whole.Total.Units, Sum(days.Select(day => ledger.Reports.Build(query with { From = day, To = day }).Total.Units)));
                Assert.Equal(whole.Total.Units, Sum(leases.Select(lease => ledger.Reports.Build(query with { RunId = lease.RunId }).Total.Units)));
            }

            var everything = Sum(ledger.Entries().Where(entry => entry.Account.StartsWith("expense:", StringComparison.Ordinal))
                .Select(entry => (Int128)entry.Amount));
            Assert.Equal(everything, ledger.Reports.Build(new ReportQuery { Basis = CostBasis.Loaded }).Total.Units);
        }, iter: 40);
    }

    [Fact]
    public void Euros_are_each_entry_by_the_rate_of_its_day_and_stay_so()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Post(Put("thursday", Noon.AddDays(1)), Put("friday", Noon.AddDays(2)), Put("sunday", Noon.AddDays(4)));
        var query = new ReportQuery { Currency = Currency.Eur };
        var book = PriceBook.Parse(PriceYaml);
        var put = new Amount(5_000_000);
        var expected = book.Rates[0].Convert(put) + book.Rates[1].Convert(put) + book.Rates[1].Convert(put);
        Assert.Equal(4_615_953, book.Rates[0].Convert(put).Units); // 5,000,000 / 1.0832 = 4,615,952.7…
        Assert.Equal(expected, ledger.Reports.Build(query).Total);

        ledger.Reopen(PriceYaml + "\n  - { id: eur-3, currency: EUR, day: 2026-03-07, usd_per_unit: \"9.9\" }");
        ledger.Post(Put("sunday too", Noon.AddDays(4)));
        Assert.Equal(expected + book.Rates[1].Convert(put), ledger.Reports.Build(query).Total);
    }

    [Fact]
    public void Entries_without_a_rate_are_an_error_until_the_book_has_one()
    {
        var without = PriceYaml[..PriceYaml.IndexOf("fx:", StringComparison.Ordinal)];
        using var ledger = new LedgerFixture(without, kind);
        ledger.Post(Put("a"));
        var query = new ReportQuery { Currency = Currency.Eur };
        var error = Assert.Throws<LedgerException>(() => ledger.Reports.Build(query));
        Assert.Equal(LedgerFault.NoRate, error.Fault);
        Assert.Contains("2026-03-04", error.Message, StringComparison.Ordinal);
        ledger.Reopen();
        Assert.Equal(4_615_953, ledger.Reports.Build(query).Total.Units);
    }

    [Fact]
    public void The_marginal_basis_leaves_out_what_is_shared_and_keeps_waste()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Open(Cpu);
        ledger.Attempt("r1", AttemptOutcome.Failed);
        ledger.Attempt("r1", AttemptOutcome.Delivered, number: 2);
        ledger.Attempt("r2", AttemptOutcome.Delivered);
        ledger.Attempt("r3", AttemptOutcome.Cancelled);
        ledger.Attempt("r4", AttemptOutcome.Duplicate);
        ledger.Attempt("r5", null);
        ledger.Post(Work("failed", Stage.Denoise, 600), Work("good", Stage.Denoise, 600), Work("up", Stage.WarmUp, 300));
        ledger.Close(Cpu, 3_000, 1_200);

        var marginal = ledger.Reports.Build(new ReportQuery { Basis = CostBasis.Marginal });
        // 600 µs × 2 cores at 40/3 units each; 300 µs are lost.
        Assert.Equal(16_000 + 16_000 + 8_000, marginal.Total.Units);
        Assert.Equal(20_000, marginal.CostPerRender!.Value.Units);
        Assert.Equal(8_000, marginal.Rows.Single(row => row.Stage == Stage.Lost).Amount.Units);
        Assert.Equal((800_000, 200_000), (marginal.Rows[2].CostShare, marginal.Rows[5].CostShare));
        Assert.Equal(
            new AttemptCounts { Delivered = 2, Failed = 1, Cancelled = 1, Duplicate = 1, Open = 1 }, marginal.Attempts);

        var loaded = ledger.Reports.Build(new ReportQuery());
        Assert.Equal(80_000, loaded.Total.Units);
        Assert.Equal([72_000, 8_000], loaded.Rows.Where(row => row.Amount.Units != 0).Select(row => (long)row.Amount.Units));
    }

    [Fact]
    public void What_can_not_be_spread_keeps_its_row()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Open(Cpu);
        ledger.Close(Cpu, 900, 900);
        var report = ledger.Reports.Build(new ReportQuery());
        Assert.Equal((Stage.Idle, 1_000_000, 1_000_000), (report.Rows[^1].Stage, report.Rows[^1].CostShare, report.Rows[^1].TimeShare));
        Assert.Equal(24_000, report.Total.Units);
        Assert.Null(report.CostPerRender);
    }

    [Fact]
    public void A_tag_gets_its_part_of_idle_and_no_more()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Open(Cpu);
        ledger.Post(Work("a", Stage.Denoise, 300, tags: "x"), Work("b", Stage.Denoise, 600, tags: "y"));
        ledger.Attempt("r1", AttemptOutcome.Delivered, "x");
        ledger.Attempt("r2", AttemptOutcome.Delivered, "y");
        ledger.Close(Cpu, 1_800, 900);
        var x = ledger.Reports.Build(new ReportQuery { Tag = "x" });
        Assert.Equal((16_000, 600), ((long)x.Total.Units, (long)x.TotalTime.Value));
        Assert.Equal(1, x.Attempts.Delivered);
        Assert.Equal(["x", "y"], ledger.Reports.Build(new ReportQuery(), ReportGrouping.Tags).Groups.Select(group => group.Key));
    }

    private static void AddsUp(StageReport report)
    {
        Assert.Equal(report.Total.Units, Sum(report.Rows.Select(row => row.Amount.Units)));
        Assert.Equal(report.TotalTime.Value, Sum(report.Rows.Select(row => row.Time.Value)));
        Assert.True(report.Rows.Sum(row => row.CostShare) is 0 or 1_000_000);
        Assert.True(report.Rows.Sum(row => row.TimeShare) is 0 or 1_000_000);
    }

    private static Int128 Sum(IEnumerable<Int128> values) => values.Aggregate(Int128.Zero, static (sum, value) => sum + value);
}

public sealed class CostReportsOnSqliteTests() : CostReportsTests(StoreKind.Sqlite);

public sealed class CostReportsOnPostgresTests() : CostReportsTests(StoreKind.Postgres);
