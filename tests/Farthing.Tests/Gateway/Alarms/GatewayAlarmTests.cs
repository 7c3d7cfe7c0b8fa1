using Farthing.Gateway.Alarms;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Storage;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Alarms;

/// <summary>Alarms over what the gateway books. The gateway books into SQLite only.</summary>
public sealed class GatewayAlarmTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly GatewayMetrics _metrics = new();
    private readonly LedgerStore _file;
    private readonly AttemptPoster _poster;
    private readonly AttemptTelemetry _telemetry;
    private int _requests;

    public GatewayAlarmTests()
    {
        _file = LedgerStore.Open(_folder.File("farthing.db"));
        _poster = AttemptPoster.Open(_file, PriceBook.Default());
        _telemetry = new AttemptTelemetry(_metrics, new TokenCharges(PriceBook.Default()));
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _poster.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Where_metrics_and_ledger_agree_nothing_drifts()
    {
        using MetricSampler sampler = Sampler("one");
        for (int i = 0; i < 50; i++)
        {
            Attempt();
            _time.Advance(TimeSpan.FromSeconds(7));
            sampler.Sample();
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.All(Drift("0"), static finding => Assert.False(finding.IsOver, finding.Summary));
        Assert.Equal(["attempts 0", "tokens 0", "cost 0"], Drift("0").Select(static finding => $"{finding.Subject} {finding.Observed}"));
        Assert.Contains("Metrics counted 50 of attempts, the ledger has 50", Drift("0")[0].Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("0.9999", true)]
    public void What_the_ledger_lost_drifts_above_the_limit_and_not_at_it(string percent, bool isOver)
    {
        using MetricSampler sampler = Sampler("one");
        for (int i = 0; i < 100; i++)
        {
            Attempt(isBooked: i != 60);
        }

        Settle(sampler);
        Assert.All(Drift(percent), finding => Assert.Equal(isOver, finding.IsOver));
        Assert.Equal(["1", "1", "1"], Drift(percent).Select(static finding => finding.Observed));
    }

    [Fact]
    public void What_the_ledger_has_and_no_metric_counted_drifts_too()
    {
        using MetricSampler sampler = Sampler("one");
        for (int i = 0; i < 50; i++)
        {
            Attempt(isCounted: i % 5 != 0);
        }

        Settle(sampler);
        Assert.Equal(["20", "20", "20"], Drift("1").Select(static finding => finding.Observed));
    }

    [Fact]
    public void A_restart_and_a_killed_process_are_no_drift()
    {
        using (MetricSampler first = Sampler("one"))
        {
            Attempt();
            _time.Advance(TimeSpan.FromSeconds(30));
            first.Sample();

            // It is killed before it says what it counted after that; its journal is posted by the next one, with an attempt that was open.
            Attempt();
            Post(Record() with { End = AttemptEnd.Lost, Fault = "process_died" }, "one");
        }

        _time.Advance(TimeSpan.FromSeconds(30));
        using var metrics = new GatewayMetrics();
        using var next = new MetricSampler(metrics, "two", _file, _time);
        next.Sample();
        _time.Advance(TimeSpan.FromSeconds(30));
        new AttemptTelemetry(metrics, new TokenCharges(PriceBook.Default())).Ended(Record());
        Post(Record(_requests), "two");
        Settle(next);
        Assert.All(Drift("0"), static finding => Assert.False(finding.IsOver, finding.Summary));
        Assert.Contains("Metrics counted 2 of attempts", Drift("0")[0].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_re_rate_is_no_drift_and_an_old_one_is_out_of_the_window()
    {
        using MetricSampler sampler = Sampler("one");
        Attempt();
        AttemptRecord unpriced = Record() with { Model = "brand-new", Resource = "llm/openai/brand-new" };
        _telemetry.Ended(unpriced);
        Post(unpriced, "one");
        Settle(sampler);
        PriceBook book = PriceBook.Parse(
            """
            prices:
              - {id: dear, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "9", from: 2026-01-01}
              - {id: late, resource: llm/openai/brand-new, meter: input-tokens, unit: million-tokens, usd: "7", from: 2026-01-01}
            """);
        new Rerater(_file, book, _time).Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true);
        Assert.All(Drift("0"), static finding => Assert.False(finding.IsOver, finding.Summary));

        Attempt(isBooked: false);
        Settle(sampler);
        Assert.All(Drift("1"), static finding => Assert.True(finding.IsOver));
        _time.Advance(TimeSpan.FromHours(25));
        sampler.Sample();
        Assert.All(Drift("1"), static finding => Assert.Equal((false, ""), (finding.IsOver, finding.Observed)));
    }

    [Fact]
    public void A_budget_fires_above_its_share_and_not_at_it_and_a_new_period_is_a_new_alarm()
    {
        var budget = new BudgetOptions("studio", new BudgetScope(BudgetScopeKind.All, ""), Amount.Parse("10"), BudgetPeriod.Day);
        BudgetRule rule = new("b", Percent("80"), [budget]);
        Spend("8");
        Assert.Equal(("studio@2026-11-25", "80", false), Said(rule));
        Spend("0.000000000001");
        Assert.Equal(("studio@2026-11-25", "80", true), Said(rule));
        Assert.Contains("$8.000000 of $10.000000); the alarm's limit is 80 %. It resets at 2026-11-26 00:00Z.", Look(rule)[0].Summary, StringComparison.Ordinal);

        var alarms = new AlarmBook(_file, _time);
        Assert.Equal("Firing", Assert.Single(alarms.Apply([rule.Judge(Scene())], new AlarmTelling())).State.ToString());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(("studio@2026-11-26", "0", false), Said(rule));
        Assert.Equal("studio@2026-11-25 Resolved", string.Join(", ", alarms.Apply([rule.Judge(Scene())], new AlarmTelling()).Select(static change => $"{change.Subject} {change.State}")));

        void Spend(string usd) => _file.Write(transaction => BudgetRows.Settle(transaction, "studio@2026-11-25", "p", Amount.Parse(usd).Units, unpriced: 0));
        (string, string, bool) Said(AlarmRule asked) => Look(asked).Select(static finding => (finding.Subject, finding.Observed, finding.IsOver)).Single();
    }

    [Fact]
    public void Unpriced_attempts_of_a_gateway_beside_another_ledger_are_seen()
    {
        Post(Record() with { Model = "brand-new", Resource = "llm/openai/brand-new" }, "one");
        using LedgerStore other = LedgerStore.Open(_folder.File("other.db"));

        IReadOnlyList<AlarmFinding> found = new UnpricedRule("u").Look(new AlarmScene(other, _file, _time.GetUtcNow()));

        Assert.Equal(["llm/openai/brand-new input-tokens", "llm/openai/brand-new output-tokens"], found.Select(static finding => finding.Subject));
    }

    private static Share Percent(string text)
    {
        Assert.True(Share.TryParsePercent(text, out Share share));
        return share;
    }

    private MetricSampler Sampler(string session)
    {
        var sampler = new MetricSampler(_metrics, session, _file, _time);
        sampler.Sample();
        _time.Advance(TimeSpan.FromSeconds(10));
        return sampler;
    }

    private void Settle(MetricSampler sampler)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        sampler.Sample();
        _time.Advance(TimeSpan.FromMinutes(2));
    }

    private IReadOnlyList<AlarmFinding> Drift(string percent) => Look(new DriftRule("d", Percent(percent)));

    private AlarmScene Scene() => new(_file, _file, _time.GetUtcNow());

    private IReadOnlyList<AlarmFinding> Look(AlarmRule rule) => rule.Look(Scene());

    private void Attempt(bool isBooked = true, bool isCounted = true)
    {
        AttemptRecord record = Record();
        if (isCounted)
        {
            _telemetry.Ended(record);
        }

        if (isBooked)
        {
            Post(record, "one");
        }
    }

    private void Post(AttemptRecord record, string session) => _poster.Post([record], session);

    private AttemptRecord Record(int? number = null) => new()
    {
        RequestId = $"r{number ?? ++_requests}",
        Attempt = 1,
        StartedAt = _time.GetUtcNow(),
        EndedAt = _time.GetUtcNow(),
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "k",
        End = AttemptEnd.Answered,
        Status = 200,
        Tokens = new TokenCounts(1_000, 0, 0, 0, 100, 0),
    };
}
