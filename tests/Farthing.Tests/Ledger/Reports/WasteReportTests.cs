using System.Text.Json;
using System.Xml.Linq;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Reports;

public abstract class WasteReportTests : IDisposable
{
    private const string Prices = PriceYaml + "\n  - { id: eur-9, currency: EUR, day: 2027-01-01, usd_per_unit: \"1\" }";

    private readonly LedgerFixture _ledger;

    protected WasteReportTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(Prices, kind);
        _ledger.Open(Cpu);
        _ledger.Open(Cpu with { Id = "lease-2", Device = "other" });
        End("good", 1, AttemptOutcome.Delivered, "");
        End("late", 1, AttemptOutcome.Failed, "timed out");
        End("late", 2, AttemptOutcome.Delivered, "");
        End("gone", 1, AttemptOutcome.Lost, "the caption model was out");
        End("free", 1, AttemptOutcome.Cancelled, "=asked");
        _ledger.Post(
            Puts("p1", "good", 1, 1), Puts("p2", "late", 1, 2), Puts("p3", "late", 2, 3), Puts("p4", "gone", 1, 4), Puts("p5", "gone", 1, 5),
            Work("w1", Stage.Denoise, 600) with { RenderId = "gone" }, Work("up", Stage.WarmUp, 100) with { RenderId = null, Attempt = 0 });
        _ledger.Close(Cpu, 1_000, 200);
        _ledger.Post(Work("w2", Stage.Vae, 300, Cpu with { Id = "lease-2" }) with { RenderId = "good" });
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void What_was_billed_and_not_delivered_has_its_count_cost_cause_time_and_provider()
    {
        var waste = _ledger.Reports.Waste(new ReportQuery());
        Assert.Equal(
            [
                ("lost", "the caption model was out", "storage/folder", 1L, 2L, 45_000_000L),
                ("failed", "timed out", "storage/folder", 1L, 1L, 10_000_000L),
                ("lost", "the caption model was out", "cpu", 1L, 1L, 16_000L),
                ("lost time", "time of a lease that no picture explains", "cpu", 0L, 1L, 2_667L),
                ("cancelled", "=asked", "", 1L, 0L, 0L),
            ],
            waste.Rows.Select(row => (row.Outcome, row.Cause, row.Provider, row.Attempts, row.Charges, (long)row.Amount.Units)));
        Assert.Equal((3L, 55_018_667L), (waste.Attempts, (long)waste.Total.Units));
        Assert.Equal((Noon.AddMinutes(4), Noon.AddMinutes(5)), (waste.Rows[0].First, waste.Rows[0].Last));

        // 5 + 15 were delivered, and 8,000 of the second lease.
        Assert.Equal(55_018_667L * 1_000_000 / (75_018_667 + 8_000), waste.Share);
        Assert.Equal(50_792_713L, (long)_ledger.Reports.Waste(new ReportQuery { Currency = Currency.Eur }).Total.Units);
        Assert.Empty(_ledger.Reports.Waste(new ReportQuery { RunId = "other" }).Rows);
        Assert.Empty(_ledger.Reports.Waste(new ReportQuery { Tag = "other" }).Rows);
    }

    [Fact]
    public void Warm_up_that_is_booked_with_a_render_is_in_neither_side_of_the_share()
    {
        var before = _ledger.Reports.Waste(new ReportQuery());
        _ledger.Post(Puts("up-late", "late", 1, 1) with { Stage = Stage.WarmUp }, Puts("up-only", "cold", 1, 1) with { Stage = Stage.WarmUp, RunId = "cold" });
        _ledger.Attempt("cold", AttemptOutcome.Failed, run: "cold");
        var after = _ledger.Reports.Waste(new ReportQuery());
        Assert.Equal((before.Total, before.Share), (after.Total, after.Share));
        Assert.Equal(0, _ledger.Reports.Waste(new ReportQuery { RunId = "cold" }).Total.Units);
    }

    [Theory]
    [InlineData("llm/openai/gpt-4o", "openai")]
    [InlineData("cpu", "cpu")]
    [InlineData("storage/s3", "storage/s3")]
    [InlineData("llm/odd", "llm/odd")]
    public void A_provider_of_language_models_is_named_by_its_models(string resource, string provider) => Assert.Equal(provider, WasteSums.ProviderOf(resource));

    [Fact]
    public void Costs_are_cut_by_outcome_by_model_and_by_campaign()
    {
        var query = new ReportQuery { Basis = CostBasis.Marginal };
        var outcomes = _ledger.Reports.Build(query, ReportGrouping.Outcome);
        Assert.Equal([("cancelled", 0L), ("failed", 10_000_000L), ("lost", 45_016_000L), ("lost time", 2_667L), ("useful", 20_008_000L)], Amounts(outcomes));
        Assert.Equal((2L, 1L, 1L), (outcomes.Groups[4].Report.Attempts.Delivered, outcomes.Groups[1].Report.Attempts.Failed, outcomes.Groups[2].Report.Attempts.Lost));
        Assert.Equal(600, (long)outcomes.Groups[2].Report.TotalTime.Value);
        Assert.Equal([("cpu", 26_667L), ("storage/folder", 75_000_000L)], Amounts(_ledger.Reports.Build(query, ReportGrouping.Model)).Where(static group => group.Item2 > 0));

        _ledger.Post(Put("s1", tags: "campaign:spring,social"), Put("s2", tags: "campaign:spring"), Put("s3", tags: "campaign:autumn,campaign:spring"));
        Assert.Equal([("", 75_026_667L), ("autumn,spring", 5_000_000L), ("spring", 10_000_000L)], Amounts(_ledger.Reports.Build(query, ReportGrouping.Campaign)));

        _ledger.Post(Put("t1", tags: "tenant:acme,social"), Put("t2", tags: "tenant:acme"), Put("t3", tags: "tenants,my-tenant:x"));
        Assert.Equal([("", 95_026_667L), ("acme", 10_000_000L)], Amounts(_ledger.Reports.Build(query, ReportGrouping.Tenant)));
        Assert.Equal(10_000_000, (long)_ledger.Reports.Build(query with { Tag = TenantTag.Of("acme") }).Total.Units);

        static List<(string, long)> Amounts(GroupedReport report)
        {
            Assert.Equal(report.Total.Total.Units, report.Groups.Aggregate(Int128.Zero, static (sum, group) => sum + group.Report.Total.Units));
            return [.. report.Groups.Select(static group => (group.Key, (long)group.Report.Total.Units))];
        }
    }

    [Fact]
    public void Renders_are_ranked_by_what_all_their_attempts_cost()
    {
        var renders = _ledger.Reports.Renders(new ReportQuery());
        Assert.Equal((2L, "run-1/late"), (renders.Renders, renders.MostRender));
        Assert.Equal(
            [(75_016_000L + 8_000) / 2, (20_000_000L + 8_000) / 2, 5_008_000, 25_000_000, 25_000_000],
            new[] { renders.WithWaste, renders.WithoutWaste, renders.Median, renders.P95, renders.Most }.Select(amount => (long)amount!.Value.Units));
        Assert.Null(_ledger.Reports.Renders(new ReportQuery { RunId = "other" }).Median);
    }

    [Fact]
    public void The_leased_time_of_a_device_is_stages_warm_up_idle_and_lost()
    {
        var devices = _ledger.Reports.Devices(new ReportQuery());
        Assert.Equal(["host", "other"], devices.Rows.Select(row => row.Device));
        var host = devices.Rows[0];
        Assert.Equal((1_000L, 600L, 100L, 200L, 100L), ((long)host.Leased.Time, (long)host.Stages.Time, (long)host.WarmUp.Time, (long)host.Idle.Time, (long)host.Lost.Time));

        // 1,000 µs of two cores at 40/3, rounded once; 300 of the other.
        Assert.Equal((26_667L, 8_000L), ((long)host.Leased.Amount, (long)devices.Rows[1].Leased.Amount));
        Assert.Equal(host.Leased.Amount, _ledger.File.Read(transaction => _ledger.Journal.Leases.Reconcile(transaction, Cpu.Id)).Posted.Units);
        Assert.Equal((1_300L, 34_667L), ((long)devices.Rows.Sum(row => (long)row.Leased.Time), devices.Rows.Sum(row => (long)row.Leased.Amount)));
    }

    [Fact]
    public void A_page_is_well_formed_says_it_all_and_lets_nothing_a_user_wrote_become_markup()
    {
        End("<script>alert(1)</script>", 1, AttemptOutcome.Failed, "<img src=x onerror=alert(2)>&");
        _ledger.Post(Puts("=evil", "<script>alert(1)</script>", 1, 1) with { RunId = "run-1", Resource = "\"><b>s3" });
        foreach (var query in ReportSamples.Queries)
        {
            var html = ReportHtml.Write(_ledger.Reports.Page(query));
            var page = XDocument.Parse(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal).Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
                .Replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "", StringComparison.Ordinal));
            Assert.Empty(page.Descendants("script").Concat(page.Descendants("img")).Concat(page.Descendants("b").Where(b => b.Parent!.Name != "div")));
            var text = page.Root!.Value;
            foreach (var said in new[] { "the caption model was out", "UNet denoising", "2026-03-04", "run-1/late", "Leased time by device", "<img src=x onerror=alert(2)>&", "Without a price" })
            {
                Assert.Contains(said, text, StringComparison.Ordinal);
            }

            Assert.Contains(query.Currency.Symbol(), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Plots_are_well_formed()
    {
        var svg = XDocument.Parse(ReportSvg.Write(_ledger.Reports.Build(new ReportQuery())));
        Assert.Contains("UNet denoising", svg.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("run-1", XDocument.Parse(ReportSvg.Write(_ledger.Reports.Build(new ReportQuery(), ReportGrouping.Run))).Root!.Value, StringComparison.Ordinal);
        using var empty = new LedgerFixture();
        Assert.NotNull(XDocument.Parse(ReportSvg.Write(empty.Reports.Build(new ReportQuery()))).Root);
        Assert.Contains("None.", ReportHtml.Write(empty.Reports.Page(new ReportQuery())), StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_are_exact_for_programs()
    {
        var sheet = _ledger.Reports.Waste(new ReportQuery()).ToSheet();
        var lines = sheet.ToCsv().Split("\r\n");
        Assert.Equal("outcome,cause,provider,attempts,charges,cost,first,last", lines[0]);
        Assert.Equal("\"lost\",\"the caption model was out\",\"storage/folder\",1,2,0.000045000000,\"2026-03-04T12:04:00.000000Z\",\"2026-03-04T12:05:00.000000Z\"", lines[1]);
        Assert.Equal("\"cancelled\",\"'=asked\",\"\",1,0,0.000000000000,\"\",\"\"", lines[5]);
        using var json = JsonDocument.Parse(sheet.ToJson());
        Assert.Equal(("undelivered", 5, "0.000055018667"), (json.RootElement.GetProperty("report").GetString(), json.RootElement.GetProperty("rows").GetArrayLength(), json.RootElement.GetProperty("total").GetProperty("cost").GetString()));
        Assert.Equal(["0:00:00.001", "0", "-1:01:01"], new[] { SheetCell.OfTime(600).Shown, SheetCell.OfTime(0).Shown, SheetCell.OfTime(-3_661_500_000).Shown });
    }

    [Fact]
    public void Charges_without_a_price_are_told_beside_every_table()
    {
        _ledger.Post(Put("unpriced", Noon) with { Resource = "no/such", RenderId = "r9" });
        var (waste, renders, devices) = (_ledger.Reports.Waste(new ReportQuery()), _ledger.Reports.Renders(new ReportQuery()), _ledger.Reports.Devices(new ReportQuery()));

        Assert.Equal((1, 1, 1), (waste.Unpriced, renders.Unpriced, devices.Unpriced));
        Assert.All([waste.ToSheet(), renders.ToSheet(), devices.ToSheet()], static sheet => Assert.EndsWith(",\"unpriced_charges\":\"1\"}", sheet.ToJson(), StringComparison.Ordinal));
        Assert.Equal(0, _ledger.Reports.Waste(new ReportQuery { Tag = "other" }).Unpriced);
    }

    private static UsageFact Puts(string id, string render, int attempt, int quantity) =>
        Put(id, Noon.AddMinutes(quantity)) with { RenderId = render, Attempt = attempt, Quantity = quantity };

    private void End(string render, int number, AttemptOutcome outcome, string reason) => _ledger.File.Write(transaction =>
    {
        var key = new AttemptKey("run-1", render, number);
        _ledger.Journal.Attempts.Start(transaction, key, null, TagSet.None, Noon);
        _ledger.Journal.Attempts.End(transaction, key, outcome, reason, Noon);
    });
}

public sealed class WasteReportsOnSqliteTests() : WasteReportTests(StoreKind.Sqlite);

public sealed class WasteReportsOnPostgresTests() : WasteReportTests(StoreKind.Postgres);
