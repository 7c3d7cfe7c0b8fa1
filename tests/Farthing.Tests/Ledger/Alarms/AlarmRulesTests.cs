using Farthing.Ledger.Alarms;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Alarms;

public abstract class AlarmRulesTests(StoreKind kind) : IDisposable
{
    private readonly LedgerFixture _ledger = new(kind: kind);
    private readonly FakeTimeProvider _time = new(LedgerFixture.Noon);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Cost_per_render_fires_above_its_limit_and_not_at_it_and_is_never_rounded()
    {
        // 3 × 0.000005 USD for two pictures are 0.0000075 USD each.
        Deliver("r1", "p1", "p2");
        Deliver("r2", "p3");

        AlarmFinding at = One(new CostPerRenderRule("c", Usd("0.0000075")));
        AlarmFinding over = One(new CostPerRenderRule("c", Usd("0.000007499999")));

        Assert.False(at.IsOver);
        Assert.True(over.IsOver);
        Assert.Equal("0.000007500000", over.Observed);
        Assert.Equal("A delivered render costs $0.0000075 (2 of them, $0.000015 together); the limit is $0.000007499999.", over.Summary);

        // A third one costs a third of a unit more than what is shown: 20,000,000 / 3.
        Deliver("r3", "p4");
        Assert.True(One(new CostPerRenderRule("c", Usd("0.000006666666"))).IsOver);
        Assert.False(One(new CostPerRenderRule("c", Usd("0.000006666667"))).IsOver);
    }

    [Fact]
    public void Cost_per_render_looks_at_its_run_its_tag_its_currency_and_its_days_only()
    {
        Deliver("r1", "p1");
        Deliver("r2", ["p2", "p3"], tags: "spring");
        Deliver("r3", ["p4", "p5", "p6"], run: "run-2");

        Assert.Equal("0.000010000000", One(new CostPerRenderRule("c", Usd("1")) { Tag = "spring" }).Observed);
        Assert.Equal("0.000015000000", One(new CostPerRenderRule("c", Usd("1")) { Run = "run-2" }).Observed);
        Assert.Equal("0.000010000000", One(new CostPerRenderRule("c", Usd("1"))).Observed);

        // Six entries of 0.000004615953 EUR, each rounded by itself.
        Assert.Equal("0.000009231906", One(new CostPerRenderRule("c", new CurrencyAmount(1, Currency.Eur))).Observed);
        Assert.True(One(new CostPerRenderRule("c", Usd("0.000009999999"))).IsOver);

        // A day later there is nothing to judge by; two days back there is.
        _time.Advance(TimeSpan.FromDays(1));
        AlarmFinding empty = One(new CostPerRenderRule("c", Usd("0")));
        Assert.Equal((false, ""), (empty.IsOver, empty.Observed));
        Assert.True(One(new CostPerRenderRule("c", Usd("0")) { Days = 2 }).IsOver);
        Assert.False(One(new CostPerRenderRule("c", Usd("0")) { Days = 2, MinRenders = 4 }).IsOver);
    }

    [Fact]
    public void Cost_per_render_is_also_that_of_a_tenant_of_a_stage_and_of_a_model()
    {
        Deliver("r1", ["p1"], tags: "tenant:acme");
        Deliver("r2", ["p2", "p3"], tags: "tenant:other");
        _ledger.Post(LedgerFixture.Put("c1", tags: "tenant:other") with { RenderId = "r2", Stage = Stage.Caption });
        _ledger.Post(LedgerFixture.Put("l1", tags: "tenant:other") with { RenderId = "r2", Stage = Stage.Caption, Resource = "llm/template", Meter = Meters.Requests });

        Assert.Equal("0.000005000000", One(new CostPerRenderRule("c", Usd("1")) { Tenant = "acme" }).Observed);
        Assert.Equal("0.000015000000", One(new CostPerRenderRule("c", Usd("1")) { Tenant = "other" }).Observed);
        Assert.Equal("0.000002500000", One(new CostPerRenderRule("c", Usd("1")) { Stage = Stage.Caption }).Observed);
        Assert.Equal("0.000005000000", One(new CostPerRenderRule("c", Usd("1")) { Stage = Stage.Caption, Tenant = "other" }).Observed);
        Assert.Equal("0.000010000000", One(new CostPerRenderRule("c", Usd("1")) { Model = "storage/folder" }).Observed);
        Assert.Equal("0.000007500000", One(new CostPerRenderRule("c", Usd("1")) { Model = "storage/folder", Stage = Stage.FinishAndStore }).Observed);
        Assert.Equal("0.000000000000", One(new CostPerRenderRule("c", Usd("1")) { Model = "nobody" }).Observed);
        AlarmFinding free = One(new CostPerRenderRule("c", Usd("1")) { Model = "llm/template", Stage = Stage.Caption });
        Assert.Equal(("0.000000000000", "A delivered render costs $0 of template in caption rewriting (2 of them, $0 together); the limit is $1."), (free.Observed, free.Summary));
    }

    [Fact]
    public void A_rule_that_cannot_be_judged_says_why()
    {
        using var before = new LedgerFixture(LedgerFixture.PriceYaml[..LedgerFixture.PriceYaml.IndexOf("fx:", StringComparison.Ordinal)], kind);
        before.Attempt("r1", AttemptOutcome.Delivered);
        before.Post(LedgerFixture.Put("p1") with { RenderId = "r1" });
        var rule = new CostPerRenderRule("c", new CurrencyAmount(1, Currency.Eur));

        AlarmLook look = rule.Judge(new AlarmScene(before.File, null, _time.GetUtcNow()));

        Assert.Contains("1 charges have no EUR rate yet: 1 of 2026-03-04", look.Problem, StringComparison.Ordinal);
        Assert.Empty(look.Findings);
    }

    [Fact]
    public void Waste_fires_above_its_share_and_not_at_it()
    {
        for (int i = 0; i < 19; i++)
        {
            Deliver($"r{i}", $"p{i}");
        }

        End("bad", "pb", AttemptOutcome.Failed);
        Assert.False(One(new WasteRule("w", Percent("5"))).IsOver);
        Assert.Equal("5", One(new WasteRule("w", Percent("5"))).Observed);
        Assert.True(One(new WasteRule("w", Percent("4.9999"))).IsOver);

        End("worse", "pw", AttemptOutcome.Lost, tags: "spring");
        AlarmFinding over = One(new WasteRule("w", Percent("5")));
        Assert.True(over.IsOver);
        Assert.Equal("9.5238", over.Observed);
        Assert.StartsWith("9.5238 % of what was billed was not delivered ($0.000010000 of $0.000105000); the limit is 5 %. The largest part: failed, ", over.Summary, StringComparison.Ordinal);
        Assert.Equal("100", One(new WasteRule("w", Percent("5")) { Tag = "spring" }).Observed);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(One(new WasteRule("w", Percent("0"))).IsOver);
    }

    [Fact]
    public void Unpriced_usage_is_an_alarm_by_resource_and_meter_until_a_re_rate_prices_it()
    {
        _ledger.Post(
            LedgerFixture.Put("a") with { Resource = "llm/openai/new", Meter = Meters.InputTokens, Quantity = 10 },
            LedgerFixture.Put("b") with { Resource = "llm/openai/new", Meter = Meters.InputTokens, Quantity = 5 },
            LedgerFixture.Put("c") with { Resource = "s3" },
            LedgerFixture.Put("d"));

        Assert.Equal(["llm/openai/new input-tokens 2 True", "s3 puts 1 True"], Look(new UnpricedRule("u")).Select(Said));
        Assert.Equal(["llm/openai/new input-tokens 2 True", "s3 puts 1 False"], Look(new UnpricedRule("u") { OverCharges = 1 }).Select(Said));
        Assert.Equal(["llm/openai/new input-tokens 2 True"], Look(new UnpricedRule("u") { Resource = "llm/*" }).Select(Said));
        Assert.Equal(["s3 puts 1 True"], Look(new UnpricedRule("u") { Resource = "s3", Meter = "puts" }).Select(Said));
        Assert.Empty(Look(new UnpricedRule("u") { Tag = "spring" }));
        Assert.Empty(Look(new UnpricedRule("u") { Tenant = "acme" }));
        Assert.Empty(Look(new UnpricedRule("u") { Stage = Stage.Caption }));
        Assert.Equal(2, Look(new UnpricedRule("u") { Stage = Stage.FinishAndStore }).Count);
        Assert.Equal("15", Look(new UnpricedRule("u"))[0].Details.Single().Value);

        PriceBook book = PriceBook.Parse("prices: [{id: s3-1, resource: s3, meter: puts, unit: thousand-operations, usd: \"0.005\", from: 2026-01-01}]");
        new Rerater(_ledger.File, book, _time).Run(LedgerFixture.Noon.AddDays(-1), LedgerFixture.Noon.AddDays(1), "", apply: true);
        Assert.Equal(["llm/openai/new input-tokens 2 True"], Look(new UnpricedRule("u")).Select(Said));

        _time.Advance(TimeSpan.FromDays(31));
        Assert.Empty(Look(new UnpricedRule("u")));
    }

    [Fact]
    public void Names_that_clients_make_up_do_not_make_alarms_without_end()
    {
        _ledger.Post(Enumerable.Range(0, UnpricedRule.MaxSubjects + 7).Select(static i => LedgerFixture.Put($"m{i}") with { Resource = $"llm/x/{i:D3}" }));

        IReadOnlyList<AlarmFinding> findings = Look(new UnpricedRule("u"));

        Assert.Equal(UnpricedRule.MaxSubjects + 1, findings.Count);
        Assert.Equal(("others", "7", true), (findings[^1].Subject, findings[^1].Observed, findings[^1].IsOver));
    }

    [Fact]
    public void What_fires_keeps_its_alarm_though_others_pass_it()
    {
        const int most = UnpricedRule.MaxSubjects;
        var rule = new UnpricedRule("u");
        var book = new AlarmBook(_ledger.File, _time);
        _ledger.Post(Enumerable.Range(0, most + 7).Select(static i => LedgerFixture.Put($"m{i}") with { Resource = $"llm/x/{i:D3}" }));
        Assert.Equal(most + 1, book.Apply([Judged()], new AlarmTelling()).Count);

        _ledger.Post(Enumerable.Range(most, 7).Select(static i => LedgerFixture.Put($"n{i}") with { Resource = $"llm/x/{i:D3}" }));
        Assert.Empty(book.Apply([Judged()], new AlarmTelling()));

        AlarmLook Judged() => rule.Judge(new AlarmScene(_ledger.File, null, _time.GetUtcNow()));
    }

    private static CurrencyAmount Usd(string text) => new(Amount.Parse(text).Units, Currency.Usd);

    private static Share Percent(string text)
    {
        Assert.True(Share.TryParsePercent(text, out Share share));
        return share;
    }

    private static string Said(AlarmFinding finding) => $"{finding.Subject} {finding.Observed} {finding.IsOver}";

    private AlarmFinding One(AlarmRule rule) => Assert.Single(Look(rule));

    private IReadOnlyList<AlarmFinding> Look(AlarmRule rule)
    {
        AlarmLook look = rule.Judge(new AlarmScene(_ledger.File, null, _time.GetUtcNow()));
        Assert.Null(look.Problem);
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
        return look.Findings;
    }

    private void Deliver(string render, params string[] puts) => Deliver(render, puts, "");

    private void Deliver(string render, string[] puts, string tags = "", string run = "run-1")
    {
        _ledger.Attempt(render, AttemptOutcome.Delivered, tags, run: run);
        _ledger.Post(puts.Select(put => LedgerFixture.Put(put, run: run, tags: tags) with { RenderId = render }));
    }

    private void End(string render, string put, AttemptOutcome outcome, string tags = "")
    {
        _ledger.Attempt(render, outcome, tags);
        _ledger.Post(LedgerFixture.Put(put, tags: tags) with { RenderId = render });
    }
}

public sealed class AlarmRulesOnSqliteTests() : AlarmRulesTests(StoreKind.Sqlite);

public sealed class AlarmRulesOnPostgresTests() : AlarmRulesTests(StoreKind.Postgres);
