using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Dapper;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Simulation.Scenarios;
using Farthing.Simulation.Serving;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Budgets;

public sealed class BudgetTests
{
    private const string Key = "fk-the-clients-own-key", OtherKey = "fk-another-clients-key";

    private static string Clients { get; } = $"""

        client_keys:
          - name: team-a
            hash: "sha256:{ClientKeys.HashOf(Key)}"
            team: studio
          - name: team-b
            hash: "sha256:{ClientKeys.HashOf(OtherKey)}"
            team: studio

        """;

    [Fact]
    public async Task A_thousand_parallel_calls_never_settle_above_ten_dollars()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Budget("all", "10.00", "max_output_tokens: 100000"));

        // 100,000 tokens at $0.60 a million are $0.06, so 166 calls fit; each call costs up to that, and some fail first.
        int number = 0;
        rig.First.Usual = rig.Second.Usual = context =>
        {
            int n = Interlocked.Increment(ref number);
            return n % 5 == 0
                ? Json(500, "{}")(context)
                : Json(200, $$$"""{"choices":[{"message":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":{{{n * 7919 % 100_000}}}}}""")(context);
        };
        int refused = 0;
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) =>
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat());
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Interlocked.Increment(ref refused);
            }
        });

        await rig.BooksAsync();
        long spent = rig.Amount();
        Assert.True(refused > 0);
        Assert.InRange(spent, 9 * Amount.UnitsPerDollar, 10 * Amount.UnitsPerDollar);
        Assert.Equal(spent, rig.Scalar("SELECT sum(spent) FROM gateway_budget_spent"));
        Assert.Equal(0, rig.Scalar("SELECT count(*) FROM gateway_budget_slices"));
    }

    [Theory]
    [InlineData("max_tokens", "0")]
    [InlineData("max_completion_tokens", "-1")]
    [InlineData("max_tokens", "1.5")]
    [InlineData("max_tokens", "\"100000000\"")]
    [InlineData("max_completion_tokens", "1e-999")]
    [InlineData("max_output_tokens", "[9]")]
    [InlineData("n", "0")]
    [InlineData("n", "-2")]
    [InlineData("n", "1.5")]
    [InlineData("n", "\"2\"")]
    public async Task A_limit_that_is_none_is_the_requests_fault_and_not_the_budgets(string field, string value)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Budget("all", "10.00"));

        using var refused = await rig.PostAsync("/v1/chat/completions", Chat(more: $",\"{field}\":{value}"));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var error = System.Text.Json.JsonDocument.Parse(await BodyAsync(refused));
        Assert.Equal("invalid_request_error", error.RootElement.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(field, error.RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(rig.First.Requests);
    }

    [Theory]
    [InlineData("\"max_tokens\":1e2", HttpStatusCode.OK)]
    [InlineData("\"max_tokens\":null", HttpStatusCode.OK)]
    [InlineData("\"n\":null", HttpStatusCode.OK)]
    [InlineData("\"n\":2.0", HttpStatusCode.OK)]
    [InlineData("\"max_tokens\":1e30", HttpStatusCode.TooManyRequests)]
    public async Task A_limit_is_read_however_it_is_written(string field, HttpStatusCode status)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Budget("all", "10.00"));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: "," + field));

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Where_no_budget_pays_the_limit_is_the_providers_to_refuse()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"max_tokens\":-1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"max_tokens\":-1", Assert.Single(rig.First.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_do_they_against_the_simulator_with_streams_that_are_cut_and_retries()
    {
        const string Scenario = """
            answer: {output_tokens: 2000-4000}
            rules:
              - {when: {every: 7}, then: {status: 500}}
              - {when: {every: 11, stream: true}, then: {cut_after: 40}}
            """;
        await using SimulatorServer simulator = await SimulatorServer.StartAsync(
            new ScenarioReader("s").Read(Scenario), new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, TestContext.Current.CancellationToken);
        await using var rig = await GatewayRig.StartAsync($$$"""
            providers: {anthropic: {base_url: "{{{simulator.Address.AbsoluteUri}}}v1", keys: [{value: env.ANTHROPIC}]}}
            resilience: {retries: 2, retry_delay_seconds: 0, breaker_minimum: 10000}
            server: {listen: "127.0.0.1:0"}
            budgets: [{name: b, scope: all, limit_usd: "10.00", period: total}]
            """);

        // At $5 a million an answer is $0.01 to $0.02, so that $10 pay for some 660 of the thousand.
        var statuses = new ConcurrentBag<HttpStatusCode>();
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            string more = ",\"max_tokens\":4000" + (i % 4 == 0 ? ",\"stream\":true" : "");
            using var response = await rig.PostAsync("/v1/messages", Chat("claude-haiku-4-5", more));
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
        });

        await rig.BooksAsync();
        Assert.True(statuses.Count(static status => status == HttpStatusCode.TooManyRequests) > 100);
        Assert.InRange(rig.Amount(), 9 * Amount.UnitsPerDollar, 10 * Amount.UnitsPerDollar);
        Assert.Equal(rig.Amount(), rig.Scalar("SELECT spent FROM gateway_budget_spent WHERE budget = 'b@total'"));
        Assert.Equal(simulator.Counts.Attempts, rig.Scalar("SELECT count(*) FROM gateway_attempts"));
    }

    [Fact]
    public async Task A_thousand_hedged_calls_never_settle_above_it_either()
    {
        string yaml = Yaml.Replace("retries: 0,", "retries: 0, hedge_after_seconds: 0.005,", StringComparison.Ordinal);
        await using var rig = await GatewayRig.StartAsync(yaml + Budget("all", "10.00", "max_output_tokens: 100000"));

        // As above, but the first target is slow, and what it streams is counted though the second one's answer is taken.
        int number = 0;
        rig.First.Usual = rig.Second.Usual = async context =>
        {
            int n = Interlocked.Increment(ref number);
            if (n % 3 == 0)
            {
                await Task.Delay(15, context.RequestAborted);
            }

            await (n % 7 == 0
                ? Json(500, "{}")(context)
                : Json(200, $$$"""{"choices":[{"message":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":{{{n * 7919 % 100_000}}}}}""")(context));
        };
        int refused = 0;
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) =>
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat());
            Interlocked.Add(ref refused, response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0);
        });

        await rig.BooksAsync();
        Assert.True(refused > 0);
        Assert.True(rig.Scalar("SELECT count(*) FROM gateway_attempts WHERE outcome = 'cancelled'") > 0, "no call was hedged");
        Assert.InRange(rig.Amount(), 8 * Amount.UnitsPerDollar, 10 * Amount.UnitsPerDollar);
        Assert.Equal(rig.Amount(), rig.Scalar("SELECT sum(spent) FROM gateway_budget_spent"));
        Assert.Equal(0, rig.Scalar("SELECT count(*) FROM gateway_budget_slices"));
    }

    [Fact]
    public async Task Where_a_budget_has_no_room_for_a_second_attempt_the_first_one_stays_alone()
    {
        // One attempt may cost some $0.0607, two $0.1013.
        string yaml = Yaml.Replace("retries: 0,", "retries: 0, hedge_after_seconds: 0.02,", StringComparison.Ordinal);
        await using var rig = await GatewayRig.StartAsync(yaml + Budget("all", "0.08", "max_output_tokens: 100000"));
        rig.First.Usual = async context =>
        {
            await Task.Delay(400, context.RequestAborted);
            await Json(200, ChatAnswer)(context);
        };

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("1", Header(response, "x-farthing-attempts"));
        Assert.Empty(rig.Second.Requests);
        Assert.Equal("answered", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task Attempts_at_once_are_held_for_each()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        BudgetAccount account = new BudgetDesk(file, "a", time, NullLogger<BudgetDesk>.Instance)
            .Account(new BudgetOptions("b", new BudgetScope(BudgetScopeKind.All, ""), new Amount(25), BudgetPeriod.Total), time.GetUtcNow());
        ModelTarget slow = new("p", "slow"), next = new("p", "next");
        var hold = new BudgetHold([account], new Dictionary<ModelTarget, long?> { [slow] = 10, [next] = 8 }, time);

        Assert.Null(await hold.CoverDearestAsync(CancellationToken.None));
        Assert.Null(await hold.CoverAsync(slow, CancellationToken.None));
        hold.Started();
        Assert.Equal(10, account.Look().Reserved);
        Assert.Null(await hold.CoverAsync(next, CancellationToken.None));
        hold.Started();
        Assert.Equal(18, account.Look().Reserved);
        Assert.NotNull(await hold.CoverAsync(next, CancellationToken.None));
        Assert.Equal(18, account.Look().Reserved);

        // What the first one left over pays for the third.
        hold.Ended(slow, 1);
        Assert.Null(await hold.CoverAsync(next, CancellationToken.None));
        Assert.Equal(18, account.Look().Reserved);
        hold.Started();
        hold.Ended(next, 8);
        hold.Ended(next, 2);
        hold.RunEnded();
        Assert.Equal(0, account.Look().Reserved);
        Assert.Equal(25 - 11, account.Look().Free);
    }

    [Fact]
    public async Task A_used_up_budget_is_429_in_each_shape_with_its_name_its_limit_and_its_reset()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Clients + Budget("key:team-a", "0.000001", "period: total"));

        using var chat = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key));
        using var messages = await rig.PostAsync("/v1/messages", Chat("anthropic/claude-haiku-4-5", ",\"max_tokens\":10"), ("x-api-key", Key));
        using var other = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + OtherKey));

        Assert.Equal([429, 429, 200], ((HttpResponseMessage[])[chat, messages, other]).Select(static each => (int)each.StatusCode));
        string body = await BodyAsync(chat);
        Assert.Contains("\"code\":\"insufficient_quota\"", body, StringComparison.Ordinal);
        Assert.Contains($"The budget 'b' (key:team-a) of {new Amount(1_000_000)} in total is used up", body, StringComparison.Ordinal);
        Assert.Contains("It does not reset.", body, StringComparison.Ordinal);
        Assert.Equal("false", Header(chat, "x-should-retry"));
        Assert.Contains("\"type\":\"rate_limit_error\"", await BodyAsync(messages), StringComparison.Ordinal);
        Assert.Single(rig.First.Requests);
    }

    [Fact]
    public async Task A_team_a_tag_and_a_key_each_pay_and_the_ledger_says_from_which()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Clients
            + Budget("team:studio", "1") + Row("t", "tag:spring", "1", "period: month") + Row("k", "key:team-b", "1", "period: total"));

        (await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key), ("x-farthing-tags", "spring"))).Dispose();
        (await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + OtherKey))).Dispose();

        await rig.BooksAsync();
        Assert.Equal(13_200_000, rig.Scalar("SELECT spent FROM gateway_budget_spent WHERE budget LIKE 'b@%'"));
        Assert.Equal(6_600_000, rig.Scalar("SELECT spent FROM gateway_budget_spent WHERE budget LIKE 't@____-__'"));
        Assert.Equal(6_600_000, rig.Scalar("SELECT spent FROM gateway_budget_spent WHERE budget = 'k@total'"));
        Assert.Equal(1, rig.Scalar("SELECT count(*) FROM gateway_attempts WHERE budgets LIKE 'b@%,t@%'"));
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_unless_the_budget_allows_it()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + Clients + Budget("key:team-a", "1") + Row("k", "key:team-b", "1", "unpriced: allow"));

        using var refused = await rig.PostAsync("/v1/chat/completions", Chat("openai/brand-new"), ("Authorization", "Bearer " + Key));
        using var skipped = await rig.PostAsync("/v1/chat/completions", Chat("openai/brand-new", ",\"fallbacks\":[\"openai/gpt-4o-mini\"]"), ("Authorization", "Bearer " + Key));
        using var allowed = await rig.PostAsync("/v1/chat/completions", Chat("openai/brand-new"), ("Authorization", "Bearer " + OtherKey));

        Assert.Equal([403, 200, 200], ((HttpResponseMessage[])[refused, skipped, allowed]).Select(static each => (int)each.StatusCode));
        Assert.Contains("llm/openai/brand-new", await BodyAsync(refused), StringComparison.Ordinal);
        Assert.Equal("gpt-4o-mini", Header(skipped, "x-farthing-model"));
        await rig.BooksAsync();
        Assert.Equal(1, rig.Scalar("SELECT unpriced FROM gateway_budget_spent WHERE budget LIKE 'k@%'"));
    }

    [Fact]
    public async Task A_stream_holds_its_budget_until_it_has_ended()
    {
        // One call of 10,000 tokens ($0.006) fits, two do not.
        await using var rig = await GatewayRig.StartAsync(Yaml + Budget("all", "0.007", "max_output_tokens: 10000"));
        var left = new TaskCompletionSource();
        rig.First.Then(Hang(left, "data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n\n"));

        using (var stream = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"stream\":true")))
        {
            await using var text = await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await text.ReadExactlyAsync(new byte[6], TestContext.Current.CancellationToken);
            using var second = await rig.PostAsync("/v1/chat/completions", Chat());
            Assert.Equal(429, (int)second.StatusCode);
            Assert.Contains("held for calls under way", await BodyAsync(second), StringComparison.Ordinal);
            Assert.Null(Header(second, "x-should-retry"));
        }

        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
        HttpStatusCode status = HttpStatusCode.TooManyRequests;
        while (status == HttpStatusCode.TooManyRequests)
        {
            using var third = await rig.PostAsync("/v1/chat/completions", Chat());
            status = third.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public void A_killed_process_gives_its_reservations_back_after_its_attempts_are_booked()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var recovery = new JournalRecovery(poster, TimeProvider.System, NullLogger<JournalRecovery>.Instance);
        string root = folder.File("journal");
        long limit = 10 * Amount.UnitsPerDollar;
        AttemptRecord ended = Attempt("r1"), open = Attempt("r2");
        using (var journal = AttemptJournal.Open(root, "dead"))
        {
            Assert.Equal(limit, new BudgetBank(file, "dead").Take("b@total", limit, limit).Granted);
            journal.Write(ended);
            journal.Write(ended with { EndedAt = ended.StartedAt.AddSeconds(1), Tokens = new TokenCounts(1_000_000, 0, 0, 0, 0, 0) });
            journal.Write(open);

            // While it lives, what it holds is its own.
            recovery.Recover(root);
            Assert.Equal(0, new BudgetBank(file, "other").Take("b@total", 1, limit).Granted);
        }

        recovery.Recover(root);

        // $0.15 for the ended one, and 100 estimated tokens of the prompt for the lost one.
        long spent = 150_000_000_000 + 15_000_000;
        Assert.Equal(new BudgetState(spent, 0, 0), new BudgetBank(file, "other").State("b@total"));
        Assert.Equal(limit - spent, new BudgetBank(file, "other").Take("b@total", limit, limit).Granted);
    }

    [Fact]
    public async Task Two_processes_share_one_limit_and_an_idle_slice_comes_back()
    {
        using var folder = new ScratchFolder();
        using var first = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(first, PriceBook.Default());
        using var second = SqliteFile.Open(folder.File("farthing.db"));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        var options = new BudgetOptions("b", new BudgetScope(BudgetScopeKind.All, ""), new Amount(1_000), BudgetPeriod.Day);
        BudgetDesk a = new(first, "a", time, NullLogger<BudgetDesk>.Instance), b = new(second, "b", time, NullLogger<BudgetDesk>.Instance);
        BudgetAccount ofA = a.Account(options, time.GetUtcNow()), ofB = b.Account(options, time.GetUtcNow());

        TakeOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? ofA : ofB).TakeAsync(10, CancellationToken.None).AsTask()));
        Assert.InRange(outcomes.Count(static outcome => outcome == TakeOutcome.Taken), 98, 100);

        // Of another budget A takes 10 and with it a slice of 10 more.
        ofA = a.Account(options with { Name = "c" }, time.GetUtcNow());
        ofB = b.Account(options with { Name = "c" }, time.GetUtcNow());
        Assert.Equal(TakeOutcome.Taken, await ofA.TakeAsync(10, CancellationToken.None));
        ofA.Settle(10, 0);

        // A keeps it while it is used, then gives it back, so that B may have all.
        Assert.Equal(TakeOutcome.Exhausted, await ofB.TakeAsync(981, CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(5));
        a.ReturnIdle(TimeSpan.FromSeconds(5));
        Assert.Equal(TakeOutcome.Taken, await ofB.TakeAsync(1_000, CancellationToken.None));
    }

    [Fact]
    public async Task A_call_that_one_of_its_budgets_refuses_leaves_nothing_held_in_the_others()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        var desk = new BudgetDesk(file, "a", time, NullLogger<BudgetDesk>.Instance);
        BudgetAccount large = desk.Account(Options("large", 1_000), time.GetUtcNow()), small = desk.Account(Options("small", 10), time.GetUtcNow());
        var target = new ModelTarget("p", "m");
        var hold = new BudgetHold([large, small], new Dictionary<ModelTarget, long?> { [target] = 11 }, time);
        using var left = new CancellationTokenSource();

        GatewayError? refused = await hold.CoverAsync(target, CancellationToken.None);
        Assert.Equal((429, "insufficient_quota", true), (refused!.Status, refused.Code, refused.IsFinal));
        Assert.Contains("more than the whole budget", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, large.Look().Reserved);

        await left.CancelAsync();
        var other = new BudgetHold([large, desk.Account(Options("third", 100), time.GetUtcNow())], new Dictionary<ModelTarget, long?> { [target] = 11 }, time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other.CoverAsync(target, left.Token).AsTask());
        Assert.Equal(0, large.Look().Reserved);

        static BudgetOptions Options(string name, long limit) => new(name, new BudgetScope(BudgetScopeKind.All, ""), new Amount(limit), BudgetPeriod.Total);
    }

    [Fact]
    public async Task A_new_day_is_a_new_period_and_what_the_old_one_held_goes_back()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        var desk = new BudgetDesk(file, "a", time, NullLogger<BudgetDesk>.Instance);
        BudgetLine day = new(Options(BudgetPeriod.Day), desk), month = new(Options(BudgetPeriod.Month), desk);
        BudgetAccount before = day.At(time.GetUtcNow());
        Assert.Equal(("p@2026-11-30", "p@2026-11"), (before.Term.Key, month.At(time.GetUtcNow()).Term.Key));
        Assert.Equal(TakeOutcome.Taken, await before.TakeAsync(1_000, CancellationToken.None));

        time.Advance(TimeSpan.FromSeconds(1));
        BudgetAccount after = day.At(time.GetUtcNow());
        Assert.Equal(("p@2026-12-01", "p@2026-12"), (after.Term.Key, month.At(time.GetUtcNow()).Term.Key));
        Assert.Equal(TakeOutcome.Taken, await after.TakeAsync(1_000, CancellationToken.None));
        before.Settle(1_000, 10);
        desk.ReturnIdle(TimeSpan.FromHours(1));
        Assert.Equal(10, desk.State(before).Held);

        static BudgetOptions Options(BudgetPeriod period) => new("p", new BudgetScope(BudgetScopeKind.All, ""), new Amount(1_000), period);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[]}""", 27, null, 1, false)]
    [InlineData("""{"model":"m","max_tokens":50,"n":3}""", 35, 50L, 3, false)]
    [InlineData("""{"max_completion_tokens":9,"max_tokens":5,"x":{"max_tokens":99}}""", 64, 9L, 1, false)]
    [InlineData("""{"m":[{"type":"image_url","cache_control":{}}]}""", 5_047, null, 1, true)]
    [InlineData("""{"previous_response_id":"r","max_output_tokens":1e300}""", 1_048_630, 1_000_000_000L, 1, false)]
    [InlineData("""{"n":null,"max_tokens":null}""", 28, null, 1, false)]
    [InlineData("""{"n":2e3}""", 9, null, 1_000, false)]
    [InlineData("""{"c":[{"type":"document","source":{"type":"url"}},{"type":"document"}]}""", 1_048_647, null, 1, false)]
    [InlineData("""{"prompt":{"id":"p"},"x":{"prompt":1}}""", 1_048_614, null, 1, false)]
    [InlineData("""{"context_management":{"edits":[{"type":"compact_20260112"}]},"max_tokens":5}""", 1_048_653, 5L, 2, false)]
    public void A_request_is_bounded_by_its_bytes_its_pictures_and_what_it_refers_to(string body, long prompt, long? output, long answers, bool writes) =>
        Assert.Equal(new RequestBound(prompt + 1_024, output, answers, writes), RequestBound.Read(System.Text.Encoding.UTF8.GetBytes(body), isMini: false));

    [Theory]
    [InlineData("""{"tools":[{"name":"f"},{"type":"function","function":{"parameters":{"type":"object"}}},{"type":"bash_20250124"}]}""", null)]
    [InlineData("""{"tools":[{"type":"function"},{"type":"web_search_20250305"}]}""", "web_search_20250305")]
    [InlineData("""{"tools":[{"type":"file_search"}]}""", "file_search")]
    [InlineData("""{"messages":[{"x":[{"type":"web_search"}]}],"mcp_servers":[]}""", null)]
    [InlineData("""{"mcp_servers":[{"type":"url"}]}""", "mcp_servers")]
    public void What_runs_at_the_provider_is_bounded_by_nothing(string body, string? unbounded) =>
        Assert.Equal(unbounded, RequestBound.Read(System.Text.Encoding.UTF8.GetBytes(body), isMini: false).Unbounded);

    [Fact]
    public void The_bound_of_a_call_takes_the_dearest_price_of_its_prompt_and_never_overflows()
    {
        var bound = new CostBound(PriceBook.Default());
        var now = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(150_000_000_000 + 600_000_000_000, bound.Of("llm/openai/gpt-4o-mini", new RequestBound(1_000_000, 500_000, 2, false), 100, now));
        Assert.Equal(150_000_000_000, bound.Of("llm/openai/gpt-4o-mini", new RequestBound(1_000_000, null, 1, false), 0, now));
        Assert.Null(bound.Of("llm/openai/none", new RequestBound(1, null, 1, false), 1, now));
        Assert.InRange(bound.Of("llm/anthropic/claude-haiku-4-5", new RequestBound(RequestBound.MaxTokens, RequestBound.MaxTokens, 1_000, true), 1, now)!.Value, 1, long.MaxValue / 4);
    }

    [Fact]
    public void Attempts_of_a_closed_day_are_booked_on_the_first_open_day_with_their_real_time_kept()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        var log = new Lines();
        var recovery = new JournalRecovery(poster, TimeProvider.System, log);
        string root = folder.File("journal");
        AttemptRecord closed = Attempt("r1"), lost = Attempt("r2"), later = Attempt("r3") with { StartedAt = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero) };
        using (var journal = AttemptJournal.Open(root, "dead"))
        {
            foreach (AttemptRecord start in (AttemptRecord[])[closed, later])
            {
                journal.Write(start);
                journal.Write(start with { EndedAt = start.StartedAt.AddSeconds(1), Tokens = new TokenCounts(5, 0, 0, 0, 2, 0) });
            }

            journal.Write(lost);
        }

        new PeriodClosing(file, new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero))).CloseThrough(new DateOnly(2026, 11, 20), "audited");

        Assert.Equal(3, recovery.Recover(root));
        Assert.Equal(
            ["r1 11-20 12 11-21 00", "r2 11-20 12 11-21 00", "r3 11-22 08 11-22 08"],
            file.Read(transaction => transaction.Connection!.Query<(string, long, long)>(
                "SELECT request_id, started_at, min(at) FROM gateway_attempts JOIN charges ON id LIKE 'llm/' || request_id || '/%' GROUP BY request_id ORDER BY request_id")
                .Select(static row => $"{row.Item1} {Text(row.Item2)} {Text(row.Item3)}").ToList()));
        Assert.Contains("1 attempts of 2026-11-20, whose books are closed, are booked on 2026-11-21, the first open day; gateway_attempts has their real times.", log.All);
        Assert.Empty(Directory.GetDirectories(root));

        static string Text(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds).ToString("MM-dd HH", CultureInfo.InvariantCulture);
    }

    private static string Budget(string scope, string limit, string more = "period: day") => "\nbudgets:" + Row("b", scope, limit, more);

    private static string Row(string name, string scope, string limit, string more = "period: day") =>
        $"\n  - {{name: {name}, scope: \"{scope}\", limit_usd: \"{limit}\", {(more.Contains("period", StringComparison.Ordinal) ? more : "period: day, " + more)}}}";

    private static Task<string> BodyAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static AttemptRecord Attempt(string id) => new()
    {
        RequestId = id,
        Attempt = 1,
        StartedAt = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "k",
        PromptBytes = 400,
        Budgets = "b@total",
    };
}
