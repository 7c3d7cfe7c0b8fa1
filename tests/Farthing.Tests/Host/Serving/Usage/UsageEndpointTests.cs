using Farthing.Gateway.Keys;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Tests.Ledger;

namespace Farthing.Tests.Host.Serving.Usage;

public abstract class UsageEndpointTests(StoreKind kind) : IAsyncLifetime
{
    private UsageRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await UsageRig.StartAsync(kind);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_event_is_booked_once_however_often_it_is_sent()
    {
        var (status, body) = await _rig.PostAsync(UsageRig.Tokens("a"));
        Assert.Equal((200, "accepted", "0.150000000000"), (status, body.GetProperty("status").GetString(), body.GetProperty("cost_usd").GetString()));

        // The same JSON in another order and with other blanks is the same event.
        var again = await _rig.PostAsync(
            """{ "data": {"meters": {"input-tokens": 1000000}, "resource":"llm/openai/gpt-4o-mini", "stage":"caption","render":"r1","run":"run-1"},"time":"2026-03-04T13:00:00+01:00","type":"farthing.usage","id":"a","source":"/tests","specversion":"1.0","subject":"left alone"}""");
        Assert.Equal((200, "duplicate"), (again.Status, again.Body.GetProperty("status").GetString()));
        Assert.Equal(150_000_000_000, _rig.Amount());
        Assert.Equal((1, 1), (_rig.Count("charges"), _rig.Count("usage_events")));
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_price_that_somebody_records_holds_for_what_comes_next_without_a_restart()
    {
        var (_, before) = await _rig.PostAsync(Use("a"));
        Assert.Equal(1, before.GetProperty("unpriced").GetInt32());
        new PriceStore(_rig.Store, _rig.Time).Record(
            PriceBook.Parse("""prices: [{ id: new-1, resource: llm/openai/new, meter: input-tokens, unit: million-tokens, usd: "3", from: 2026-01-01 }]"""),
            new PriceRecordingOptions { Source = "somebody", IsSet = true });
        var (_, after) = await _rig.PostAsync(Use("b"));
        Assert.Equal("3.000000000000", after.GetProperty("cost_usd").GetString());
        Assert.False(after.TryGetProperty("unpriced", out _));
        _rig.AssertWhole();

        static string Use(string id) => UsageRig.Event(id, "farthing.usage", """{"run":"run-1","stage":"caption","resource":"llm/openai/new","meters":{"input-tokens":1000000}}""");
    }

    [Fact]
    public async Task An_id_with_other_content_is_a_conflict_that_shows_both()
    {
        await _rig.PostAsync(UsageRig.Tokens("a", 5));
        var (status, body) = await _rig.PostAsync(UsageRig.Tokens("a", 6));
        Assert.Equal((409, "conflict"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(5, body.GetProperty("stored").GetProperty("data").GetProperty("meters").GetProperty("input-tokens").GetInt32());
        Assert.Equal(6, body.GetProperty("offered").GetProperty("data").GetProperty("meters").GetProperty("input-tokens").GetInt32());
        Assert.Equal("2026-03-04T12:00:00Z", body.GetProperty("stored").GetProperty("time").GetString());

        var other = await _rig.PostAsync(UsageRig.Tokens("a", 5, "2026-03-04T12:00:01Z"));
        Assert.Equal(409, other.Status);
        Assert.Equal(("r1", "input-tokens", 5L), Assert.Single(_rig.Charges()));
    }

    [Fact]
    public async Task A_batch_is_answered_event_by_event()
    {
        await _rig.PostAsync(UsageRig.Tokens("old", 7));
        var (status, body) = await _rig.BatchAsync(
            UsageRig.Tokens("new"),
            UsageRig.Tokens("old", 7),
            UsageRig.Tokens("old", 8),
            UsageRig.Event("bad", "farthing.usage", """{"run":"r","stage":"caption","resource":"x","meters":{"input-tokens":-1}}"""),
            UsageRig.Event("early", "farthing.lease.heartbeat", """{"lease":"none","elapsed_us":1,"idle_us":0}"""),
            UsageRig.Tokens("new"));
        Assert.Equal(207, status);
        Assert.Equal(["accepted", "duplicate", "conflict", "refused", "early", "duplicate"], UsageRig.Statuses(body));
        Assert.Equal((1, 2, 1, 1, 1), (Counted("accepted"), Counted("duplicate"), Counted("conflict"), Counted("refused"), Counted("early")));
        Assert.Equal("bad", body.GetProperty("events")[3].GetProperty("id").GetString());
        Assert.Equal(2, _rig.Count("charges"));
        Assert.Equal(200, (await _rig.BatchAsync(UsageRig.Tokens("new"), UsageRig.Tokens("newer"))).Status);
        Assert.Equal(200, (await _rig.BatchAsync()).Status);
        _rig.AssertWhole();

        int Counted(string name) => body.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_lease_over_http_is_explained_to_the_microsecond_in_whatever_order_a_batch_tells_it()
    {
        const string Batch = """{"lease":"l1","batch":"b1","stage":"unet","device_us":1000,"renders":[{"render":"a","steps":20,"latent_pixels":4096,"passes":2},{"render":"b","steps":20,"latent_pixels":4096,"passes":1},{"render":"c","steps":20,"latent_pixels":4096,"passes":1,"tags":["spring"]}]}""";
        var (status, body) = await _rig.BatchAsync(
            UsageRig.Event("9", "farthing.lease.closed", """{"lease":"l1","elapsed_us":2000,"idle_us":300}""", "2026-03-04T12:00:00.002Z"),
            UsageRig.Event("8", "farthing.attempt.ended", """{"run":"run-1","render":"a","outcome":"delivered"}"""),
            UsageRig.Event("7", "farthing.batch", Batch),
            UsageRig.Event("6", "farthing.usage", """{"lease":"l1","stage":"warm_up","device_us":400}"""),
            UsageRig.Event("5", "farthing.usage", """{"lease":"l1","stage":"vae","device_us":100,"render":"a","batch":"b1"}"""),
            UsageRig.Event("3", "farthing.lease.heartbeat", """{"lease":"l1","elapsed_us":1000,"idle_us":100}"""),
            UsageRig.Event("2", "farthing.attempt.started", """{"run":"run-1","render":"a","lease":"l1","tags":"spring","form":{"model":"sdxl","precision":"int8","width":512,"height":512,"steps":20,"passes":2}}"""),
            UsageRig.Event("1", "farthing.lease.opened", """{"lease":"l1","run":"run-1","device":"gpu-7","resource":"gpu/h100"}"""));
        Assert.True(status == 200, body.ToString());
        var lease = _rig.Lease("l1");
        Assert.True(lease.IsBalanced);
        Assert.Equal((1_100, 400, 300, 200), (lease.Stages.Microseconds, lease.WarmUp.Microseconds, lease.Idle.Microseconds, lease.Lost.Microseconds));
        Assert.Equal([("a", 500L), ("b", 250L), ("c", 250L)], _rig.Charges().Where(static charge => charge.Quantity is 500 or 250).Select(static charge => (charge.Render, charge.Quantity)));
        Assert.Equal(1, _rig.Count("attempt_outcomes"));
        var late = await _rig.PostAsync(UsageRig.Event("10", "farthing.usage", """{"lease":"l1","stage":"vae","device_us":1,"render":"a"}"""));
        Assert.Equal((422, "invalid"), (late.Status, late.Body.GetProperty("code").GetString()));
        Assert.Contains("is closed", late.Body.GetProperty("reason").GetString(), StringComparison.Ordinal);
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_lease_of_a_dead_worker_is_settled_by_its_last_heartbeat_and_late_work_is_taken_back_from_lost()
    {
        await _rig.BatchAsync(
            UsageRig.Event("1", "farthing.lease.opened", """{"lease":"l1","run":"run-1","resource":"gpu/h100"}"""),
            UsageRig.Event("2", "farthing.attempt.started", """{"run":"run-1","render":"a","lease":"l1"}"""),
            UsageRig.Event("3", "farthing.lease.heartbeat", """{"lease":"l1","elapsed_us":1000,"idle_us":100}"""));
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Event("4", "farthing.lease.lost", """{"lease":"l1"}"""))).Status);
        Assert.Equal(900, _rig.Lease("l1").Lost.Microseconds);
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Event("5", "farthing.usage", """{"lease":"l1","stage":"unet","device_us":600,"render":"a"}"""))).Status);
        var lease = _rig.Lease("l1");
        Assert.Equal((600, 300, true), (lease.Stages.Microseconds, lease.Lost.Microseconds, lease.IsBalanced));

        // It was said to be lost when its worker died: a delivery that is told later does not hold, and says so.
        var ended = await _rig.PostAsync(UsageRig.Event("6", "farthing.attempt.ended", """{"run":"run-1","render":"a","outcome":"delivered"}"""));
        Assert.Equal((409, "ended_already"), (ended.Status, ended.Body.GetProperty("code").GetString()));
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_silent_lease_is_settled_and_one_that_beats_is_not()
    {
        await _rig.BatchAsync(
            UsageRig.Event("1", "farthing.lease.opened", """{"lease":"silent","run":"run-1","resource":"gpu/h100"}"""),
            UsageRig.Event("2", "farthing.lease.heartbeat", """{"lease":"silent","elapsed_us":1000,"idle_us":100}"""),
            UsageRig.Event("3", "farthing.lease.opened", """{"lease":"beats","run":"run-1","resource":"gpu/h100"}"""));
        _rig.Time.Advance(TimeSpan.FromSeconds(600));
        await _rig.PostAsync(UsageRig.Event("4", "farthing.lease.heartbeat", """{"lease":"beats","elapsed_us":1000,"idle_us":100}"""));
        while (_rig.Count("settlements") == 0)
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(60));
            await Task.Yield();
            Assert.True(_rig.Time.GetUtcNow() < UsageRig.Noon.AddDays(30), "The silent lease was never settled.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(900, _rig.Lease("silent").Lost.Microseconds);
    }

    [Fact]
    public async Task What_comes_before_its_lease_or_its_attempt_is_asked_for_again_and_then_right()
    {
        string work = UsageRig.Event("2", "farthing.usage", """{"lease":"l1","stage":"unet","device_us":600,"render":"a"}""");
        string end = UsageRig.Event("3", "farthing.attempt.ended", """{"run":"run-1","render":"a","outcome":"failed","reason":"out of memory"}""");
        Assert.Equal((424, "not_there_yet"), Brief(await _rig.PostAsync(work)));
        Assert.Equal((424, "not_there_yet"), Brief(await _rig.PostAsync(end)));
        Assert.Equal(0, _rig.Count("usage_events"));
        await _rig.BatchAsync(
            UsageRig.Event("1", "farthing.lease.opened", """{"lease":"l1","run":"run-1","resource":"gpu/h100"}"""),
            UsageRig.Event("0", "farthing.attempt.started", """{"run":"run-1","render":"a","lease":"l1"}"""));
        Assert.Equal(200, (await _rig.PostAsync(work)).Status);
        Assert.Equal(200, (await _rig.PostAsync(end)).Status);
    }

    [Fact]
    public async Task The_future_and_closed_periods_are_refused_and_a_clock_that_goes_back_changes_nothing()
    {
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Tokens("skewed", 1, "2026-03-04T12:05:00Z"))).Status);
        Assert.Equal((422, "in_the_future"), Brief(await _rig.PostAsync(UsageRig.Tokens("future", 1, "2026-03-04T12:05:00.000001Z"))));
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Tokens("late", 1, "2026-02-10T00:00:00Z"))).Status);

        new PeriodClosing(_rig.Store, _rig.Time).CloseThrough(new DateOnly(2026, 2, 28), "books of February");
        var closed = await _rig.PostAsync(UsageRig.Tokens("later", 1, "2026-02-10T00:00:00Z"));
        Assert.Equal((422, "closed_period"), Brief(closed));
        Assert.Contains("2026-02-10", closed.Body.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((422, "closed_period"), Brief(await _rig.PostAsync(UsageRig.Event("l", "farthing.lease.opened", """{"lease":"l1","run":"r","resource":"gpu/h100"}""", "2026-02-10T00:00:00Z"))));

        // What is there already may come again.
        Assert.Equal("duplicate", (await _rig.PostAsync(UsageRig.Tokens("late", 1, "2026-02-10T00:00:00Z"))).Body.GetProperty("status").GetString());
        Assert.Equal(2, _rig.Count("usage_events"));
    }

    [Fact]
    public async Task A_workers_clock_that_went_back_is_named()
    {
        await _rig.PostAsync(UsageRig.Event("1", "farthing.lease.opened", """{"lease":"l1","run":"r","resource":"gpu/h100"}"""));
        var (status, body) = await _rig.PostAsync(UsageRig.Event("2", "farthing.usage", """{"lease":"l1","stage":"vae","device_us":1,"render":"a"}""", "2026-03-04T11:54:59Z"));
        Assert.Equal(422, status);
        Assert.Contains("go back", body.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_without_a_price_is_kept_and_said_to_be_unpriced()
    {
        var (status, body) = await _rig.PostAsync(UsageRig.Event("a", "farthing.usage", """{"run":"r","stage":"finish","resource":"storage/moon","meters":{"puts":1,"stored-bytes":4000}}"""));
        Assert.Equal((200, 2, false), (status, body.GetProperty("unpriced").GetInt32(), body.TryGetProperty("cost_usd", out _)));
        Assert.Equal(2, _rig.Count("charges"));
    }

    [Fact]
    public async Task A_meter_of_the_users_own_is_counted_in_one_unit()
    {
        string Own(string id, string meter, string unit) => UsageRig.Event(
            id, "farthing.usage", $$$"""{"run":"r","stage":"finish","resource":"studio","meters":{"{{{meter}}}":{"quantity":3,"unit":"{{{unit}}}"},"puts":1}}""");
        var priced = await _rig.PostAsync(Own("a", "x-upscales", "upscales"));
        Assert.Equal("0.006000000000", priced.Body.GetProperty("cost_usd").GetString());
        Assert.Equal((422, "wrong_unit"), Brief(await _rig.PostAsync(Own("b", "x-upscales", "pictures"))));
        Assert.Equal(200, (await _rig.PostAsync(Own("c", "x-retouches", "strokes"))).Status);
        Assert.Equal((422, "wrong_unit"), Brief(await _rig.PostAsync(Own("d", "x-retouches", "minutes"))));
        Assert.Equal((422, "unknown_unit"), Brief(await _rig.PostAsync(Own("e", "x-retouches", "thousand-strokes"))));
        Assert.Equal((422, "unknown_unit"), Brief(await _rig.PostAsync(Own("f", "puts", "tokens").Replace(",\"puts\":1", "", StringComparison.Ordinal))));
        Assert.Equal(4, _rig.Count("charges"));
    }

    [Fact]
    public async Task Savings_are_noted_beside_the_costs()
    {
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Event(
            "a", "farthing.saved", """{"run":"r","render":"a","kind":"caption_cache","stage":"caption","resource":"llm/openai/gpt-4o-mini","meter":"output-tokens","quantity":120,"evidence":"hit on caption 77"}"""))).Status);
        Assert.Equal((1, 0), (_rig.Count("memos"), _rig.Amount()));
    }

    [Fact]
    public async Task An_event_whose_attributes_are_headers_is_the_same_event()
    {
        const string Data = """{"run":"run-1","render":"r1","stage":"caption","resource":"llm/openai/gpt-4o-mini","meters":{"input-tokens":1000000}}""";
        (string, string)[] headers = [("ce-specversion", "1.0"), ("ce-id", "a"), ("ce-source", "%2Ftests"), ("ce-type", "farthing.usage"), ("ce-time", "2026-03-04T12:00:00Z")];
        Assert.Equal("accepted", (await _rig.PostAsync(Data, "application/json", headers: headers)).Body.GetProperty("status").GetString());
        Assert.Equal("duplicate", (await _rig.PostAsync(UsageRig.Tokens("a"))).Body.GetProperty("status").GetString());
        headers[1] = ("ce-id", "caf%C3%A9%20" + new string('x', 100));
        var (_, body) = await _rig.PostAsync(Data, "application/json", headers: headers);
        Assert.Equal(
            ("accepted", "/tests", "caf\u00e9 " + new string('x', 100)),
            (body.GetProperty("status").GetString(), body.GetProperty("source").GetString(), body.GetProperty("id").GetString()));
        Assert.Equal(body.GetProperty("id").GetString(), _rig.Store.Read(static transaction => transaction.Scalar<string>("SELECT id FROM usage_events ORDER BY seq DESC LIMIT 1")));
    }

    [Fact]
    public async Task Many_clients_at_once_share_commits_and_lose_nothing()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => _rig.PostAsync(UsageRig.Tokens($"e{i % 40}", 10))));
        Assert.All(answers, static answer => Assert.Equal(200, answer.Status));
        Assert.Equal(40, answers.Count(static answer => answer.Body.GetProperty("status").GetString() == "accepted"));
        Assert.Equal(40, _rig.Count("charges"));
        Assert.True(_rig.Count("links") < 50, "Each event had a commit of its own.");
        _rig.AssertWhole();
    }

    [Fact]
    public async Task A_key_is_needed_where_there_are_keys_and_another_clients_event_is_not_shown()
    {
        string[] keys = [ClientKeys.Create(), ClientKeys.Create(), ClientKeys.Create()];
        string yaml = $$"""
            usage: {clients: [a, b]}
            client_keys:
              - {name: a, hash: "sha256:{{ClientKeys.HashOf(keys[0])}}", tags: [team-a]}
              - {name: b, hash: "sha256:{{ClientKeys.HashOf(keys[1])}}", requests_per_minute: 2}
              - {name: c, hash: "sha256:{{ClientKeys.HashOf(keys[2])}}"}
            """;
        await using var rig = await UsageRig.StartAsync(kind, yaml);
        Assert.Equal(401, (await rig.PostAsync(UsageRig.Tokens("a"))).Status);
        Assert.Equal(403, (await rig.PostAsync(UsageRig.Tokens("a"), key: keys[2])).Status);
        Assert.Equal(200, (await rig.PostAsync(UsageRig.Tokens("a"), key: keys[0])).Status);
        Assert.Equal("team-a", rig.Store.Read(static transaction => transaction.Scalar<string>("SELECT tags FROM charges")));
        var (status, body) = await rig.PostAsync(UsageRig.Tokens("a", 9), key: keys[1]);
        Assert.Equal((409, false), (status, body.TryGetProperty("stored", out _)));
        Assert.Equal(200, (await rig.PostAsync(UsageRig.Tokens("b"), key: keys[1])).Status);
        Assert.Equal((429, "rate_limited"), (await rig.PostAsync(UsageRig.Tokens("c"), key: keys[1])) is var (limited, error) ? (limited, error.GetProperty("error").GetProperty("code").GetString()) : default);
    }

    [Theory]
    [InlineData("\"tags\":[\"x\",\"a,tenant:other\"]", "'a,tenant:other' is no tag")]
    [InlineData("\"tags\":[\"a;tenant:other\"]", "'a;tenant:other' is no tag")]
    [InlineData("\"tags\":[\"a|b\"]", "'a|b' is no tag")]
    [InlineData("\"tenant\":\"acme,tenant:other\"", "'acme,tenant:other' is no tenant")]
    public async Task A_tag_that_would_become_two_is_refused_with_its_event(string field, string reason)
    {
        const string Data = """{"run":"r","stage":"finish","resource":"storage/s3","meters":{"puts":1},FIELD}""";
        var (status, body) = await _rig.BatchAsync(
            UsageRig.Event("good", "farthing.usage", Data.Replace("FIELD", "\"tags\":[\"x\",\"tenant:acme\"]", StringComparison.Ordinal)),
            UsageRig.Event("bad", "farthing.usage", Data.Replace("FIELD", field, StringComparison.Ordinal)));
        Assert.Equal((207, "accepted refused"), (status, string.Join(' ', UsageRig.Statuses(body))));
        var refused = body.GetProperty("events")[1];
        Assert.Equal(("bad", "bad_tags"), (refused.GetProperty("id").GetString(), refused.GetProperty("code").GetString()));
        Assert.Contains(reason, refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(["tenant:acme,x"], _rig.Store.Read(static transaction => transaction.Query<string>("SELECT tags FROM charges").ToList()));
    }

    [Fact]
    public async Task Usage_is_of_the_tenant_that_its_event_names_or_else_of_the_team_of_its_key_and_of_no_other()
    {
        string key = ClientKeys.Create(), plain = ClientKeys.Create();
        string yaml = $$"""
            usage: {}
            client_keys:
              - {name: a, hash: "sha256:{{ClientKeys.HashOf(key)}}", team: studio, tags: [t]}
              - {name: b, hash: "sha256:{{ClientKeys.HashOf(plain)}}"}
            """;
        const string Data = """{"run":"r","stage":"caption","resource":"llm/openai/gpt-4o-mini","meters":{"input-tokens":5},"tenant":"@"}""";
        Assert.Equal(200, (await _rig.PostAsync(UsageRig.Event("1", "farthing.usage", Data.Replace("@", "acme", StringComparison.Ordinal)))).Status);
        Assert.Equal((422, "bad_tags"), Brief(await _rig.PostAsync(UsageRig.Event("2", "farthing.usage", Data.Replace("@", "acme,other", StringComparison.Ordinal)))));
        Assert.Equal(
            (422, "not_your_tenant"), Brief(await _rig.PostAsync(UsageRig.Event("3", "farthing.usage", Data.Replace("\"tenant\":\"@\"", "\"tags\":\"x,tenant:\"", StringComparison.Ordinal)))));
        Assert.Equal("tenant:acme", _rig.Store.Read(static transaction => transaction.Scalar<string>("SELECT tags FROM charges")));
        Assert.Equal("acme", new CostReports(_rig.Store).Build(new ReportQuery(), ReportGrouping.Tenant).Groups.Single().Key);

        await using var rig = await UsageRig.StartAsync(kind, yaml);
        Assert.Equal(200, (await rig.PostAsync(UsageRig.Tokens("1"), key: key)).Status);
        Assert.Equal(200, (await rig.PostAsync(UsageRig.Event("2", "farthing.usage", Data.Replace("@", "studio", StringComparison.Ordinal)), key: key)).Status);
        Assert.Equal((422, "not_your_tenant"), Brief(await rig.PostAsync(UsageRig.Event("3", "farthing.usage", Data.Replace("@", "acme", StringComparison.Ordinal)), key: key)));
        Assert.Equal(
            (422, "not_your_tenant"),
            Brief(await rig.PostAsync(UsageRig.Event("4", "farthing.usage", Data.Replace("\"tenant\":\"@\"", "\"tags\":\"x,tenant:acme\"", StringComparison.Ordinal)), key: key)));

        // Nor may a key without a team write in the name of one, or of anyone.
        foreach (string tags in (string[])["\"tenant\":\"studio\"", "\"tags\":\"x,tenant:acme\"", "\"tags\":[\"tenant:\"]"])
        {
            Assert.Equal((422, "not_your_tenant"), Brief(await rig.PostAsync(UsageRig.Event("5", "farthing.usage", Data.Replace("\"tenant\":\"@\"", tags, StringComparison.Ordinal)), key: plain)));
        }

        Assert.Equal(["t,tenant:studio", "t,tenant:studio"], rig.Store.Read(static transaction => transaction.Query<string>("SELECT tags FROM charges").ToList()));
    }

    private static (int Status, string? Code) Brief((int Status, System.Text.Json.JsonElement Body) answer) =>
        (answer.Status, answer.Body.TryGetProperty("code", out var code) ? code.GetString() : null);
}

public sealed class UsageEndpointOnSqliteTests() : UsageEndpointTests(StoreKind.Sqlite);

public sealed class UsageEndpointOnPostgresTests() : UsageEndpointTests(StoreKind.Postgres);
