using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;
using Microsoft.Extensions.Time.Testing;
using DeviceUse = Farthing.Ledger.Usage.DeviceUse;

namespace Farthing.Tests.Ledger.Usage;

public abstract class UsageInboxTests(StoreKind kind) : IDisposable
{
    protected static readonly DateTimeOffset Now = LedgerFixture.Noon.AddHours(1);

    private readonly List<LedgerFixture> _ledgers = [];

    public void Dispose() => _ledgers.ForEach(static ledger => ledger.Dispose());

    [Fact]
    public void Shuffled_repeated_and_split_any_way_events_give_the_same_books()
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 1_000_000], Gen.Int[1, 7]).Sample(
            (count, seed, parts) =>
            {
                var events = Story(count);
                var expected = Books([events]);
                var random = new Random(seed);
                UsageEvent[] more = [.. events, .. events.Where(_ => random.Next(3) == 0)];
                random.Shuffle(more);

                // What comes before its lease is sent again, as a sender does.
                Assert.Equal(expected, Books(more.Chunk((more.Length / parts) + 1)));
            },
            iter: kind == StoreKind.Postgres ? 4 : 25,
            threads: 1);
    }

    [Fact]
    public void A_use_has_the_tags_of_its_attempt_where_that_is_known_and_its_own_where_it_has_others()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var spring = TagSet.Parse("campaign:spring,social");
        var lease = new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon);
        UsageEvent[] events =
        [
            Of("device", new DeviceUse("l", Stage.Denoise, new DeviceTime(300)) { RenderId = "p1", Attempt = 1, Tags = TagSet.Parse("social") }),
            Of("batch", new BatchUse("l", "b", Stage.Vae, new DeviceTime(600), [Member("p1"), Member("p2")])),
            Of("put", new MeteredUse([LedgerFixture.Put("puts") with { RunId = "r", RenderId = "p1", At = Now }], [])),
            Of("other", new MeteredUse([LedgerFixture.Put("puts", tags: "campaign:autumn") with { RunId = "r", RenderId = "p1", At = Now }], [])),
            Of("open", new LeaseOpened(lease)),
            Of("start-1", new AttemptStarted(new AttemptKey("r", "p1", 1), "l", spring, null)),
            Of("start-2", new AttemptStarted(new AttemptKey("r", "p2", 1), "l", TagSet.Parse("campaign:winter"), null)),
            Of("end-1", new AttemptEnded(new AttemptKey("r", "p1", 1), AttemptOutcome.Delivered, "")),
        ];
        Assert.All(inbox.Post(events, Now), static result => Assert.Equal(UsageStatus.Accepted, result.Status));
        Assert.All(inbox.Post(events, Now), static result => Assert.Equal(UsageStatus.Duplicate, result.Status));
        Assert.Equal(
            [("autumn", 5_000_000L, 0L), ("spring", 5_000_000L + 8_000 + 8_000, 1L), ("winter", 8_000L, 0L)],
            ledger.Reports.Build(new ReportQuery(), ReportGrouping.Campaign).Groups.Select(static group => (group.Key, (long)group.Report.Total.Units, group.Report.Attempts.Delivered)));

        static BatchMember Member(string render) => new(render, 1, 20, 4096, 2, TagSet.None);
    }

    [Fact]
    public void An_event_that_the_ledger_refuses_late_takes_no_other_with_it()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());

        // A charge of another way in has the id that the second event's charge would get.
        ledger.Post(LedgerFixture.Put("usage-event/2/puts") with { Quantity = 9 });
        var results = inbox.Post([Use("a", 1), Use("b", 1), Use("c", 1)], Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Conflict, UsageStatus.Conflict], results.Select(static result => result.Status).Order());
        Assert.Empty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    [Fact]
    public void Of_two_events_of_one_key_a_good_one_is_booked_though_the_first_is_refused()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var results = inbox.Post([Use("a", 1) with { At = Now.AddDays(1) }, Use("a", 2), Use("a", 2), Use("a", 3)], Now);
        Assert.Equal([UsageStatus.Refused, UsageStatus.Accepted, UsageStatus.Duplicate, UsageStatus.Conflict], results.Select(static result => result.Status));
        Assert.Equal(UsageStatus.Refused, inbox.Post([Use("b", 1) with { At = Now.AddMinutes(6) }], Now.AddDays(-1))[0].Status);
        Assert.Equal(UsageStatus.Accepted, inbox.Post([Use("b", 1) with { At = Now.AddMinutes(4) }], Now.AddDays(-1))[0].Status);
    }

    [Fact]
    public void A_clock_that_jumped_ahead_and_came_back_is_believed_again()
    {
        var ledger = Open();
        using (var jumped = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules()))
        {
            Assert.Equal(UsageStatus.Accepted, jumped.Post([Use("a", 1)], Now.AddYears(9))[0].Status);
            Assert.Equal(UsageStatus.Refused, jumped.Post([Use("b", 1) with { At = Now.AddYears(1) }], Now)[0].Status);
        }

        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        Assert.Equal("in_the_future", inbox.Post([Use("b", 1) with { At = Now.AddYears(1) }], Now)[0].Code);
        Assert.Equal(UsageStatus.Accepted, inbox.Post([Use("c", 1)], Now)[0].Status);
        Assert.Equal(Now, inbox.LastReceived);
    }

    [Fact]
    public void A_lease_that_costs_more_than_an_amount_holds_is_refused_whole()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var results = inbox.Post(
            [Of("1", new LeaseOpened(new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon))), Of("2", new LeaseClosed("l", new DeviceTime(long.MaxValue / 2), DeviceTime.Zero)), Use("3", 1)],
            Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Accepted], results.Select(static result => result.Status));
        Assert.Equal("too_large", results[1].Code);
        Assert.Equal("too_large", inbox.Post([Of("4", new LeaseClosed("l", new DeviceTime(long.MaxValue), DeviceTime.Zero))], Now)[0].Code);
        Assert.Equal(UsageStatus.Accepted, inbox.Post([Of("5", new LeaseClosed("l", new DeviceTime(10), DeviceTime.Zero))], Now)[0].Status);
        Assert.Empty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    [Fact]
    public void A_device_that_worked_for_longer_than_its_lease_is_old_is_refused_and_the_lease_is_closed_all_the_same()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());

        // Without a price no amount overflows.
        var lease = new Lease("l", "r", "d", "gpu/unpriced", 1, LedgerFixture.Noon);
        var most = (long)(Now + new UsageRules().MaxSkew - LedgerFixture.Noon).TotalMicroseconds;
        var tooLong = new DeviceTime(most + 1);
        var results = inbox.Post(
            [
                Of("open", new LeaseOpened(lease)), Of("1", new DeviceUse("l", Stage.Denoise, new DeviceTime(long.MaxValue))), Of("2", new DeviceUse("l", Stage.Denoise, tooLong)),
                Of("3", new BatchUse("l", "b", Stage.Denoise, tooLong, [new BatchMember("p", 1, 1, 1, 1, TagSet.None)])), Of("4", new LeaseBeat("l", tooLong, DeviceTime.Zero)),
                Of("5", new LeaseClosed("l", tooLong, DeviceTime.Zero)), Of("6", new DeviceUse("l", Stage.Denoise, new DeviceTime(most - 7))),
            ],
            Now);
        Assert.Equal(
            [UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Refused, UsageStatus.Refused, UsageStatus.Refused, UsageStatus.Refused, UsageStatus.Accepted],
            results.Select(static result => result.Status));
        Assert.All(results.Where(static result => result.Status == UsageStatus.Refused), static result => Assert.Equal("too_large", result.Code));
        Assert.Contains("not as much has passed since", results[1].Reason, StringComparison.Ordinal);
        Assert.Equal(UsageStatus.Accepted, inbox.Post([Of("7", new LeaseClosed("l", new DeviceTime(most), DeviceTime.Zero))], Now)[0].Status);
        Assert.Empty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    [Fact]
    public void Another_lease_of_one_id_is_told_in_words_that_are_the_same_on_every_machine()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var lease = new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon);
        var results = inbox.Post([Of("1", new LeaseOpened(lease)), Of("2", new LeaseOpened(lease with { Resource = "gpu/x", Cores = 1 }))], Now);
        Assert.Equal(
            "The lease 'l' is open as one of cpu with 2 core(s) on the device 'd' for the run 'r' since 2026-03-04T12:00:00Z, not as one of gpu/x with 1 core(s) on the device 'd' for the run 'r' since 2026-03-04T12:00:00Z.",
            results[1].Reason);
    }

    [Fact]
    public void Tags_that_no_index_holds_are_refused_and_take_no_other_event_with_them()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var long401 = TagSet.Parse(string.Concat(Enumerable.Range(0, 401).Select(static i => (char)(0x4e00 + i))));
        UsageEvent[] events =
        [
            Use("a", 1), Of("b", new MeteredUse([LedgerFixture.Put("puts") with { Tags = long401 }], [])),
            Of("c", new AttemptStarted(new AttemptKey("r", "p", 1), null, long401, null)), Use("d", 1),
        ];
        var results = inbox.Post(events, Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Refused, UsageStatus.Accepted], results.Select(static result => result.Status));
        Assert.Contains("more than 1200 bytes", results[1].Reason, StringComparison.Ordinal);
        Assert.Empty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    [Fact]
    public void A_clock_that_went_back_behind_its_lease_settles_nothing_there()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        inbox.Post([Of("1", new LeaseOpened(new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon)))], Now);
        var close = Of("2", new LeaseClosed("l", new DeviceTime(1_000), new DeviceTime(400)));
        var beat = Of("3", new LeaseBeat("l", new DeviceTime(500), new DeviceTime(100)));
        foreach (var at in new[] { DateTimeOffset.UnixEpoch, LedgerFixture.Noon.AddMinutes(-6) })
        {
            var results = inbox.Post([close with { At = at }, beat with { At = at }], Now);
            Assert.Equal(["invalid", "invalid"], results.Select(static result => result.Code));
            Assert.Contains("is before its lease 'l' was opened", results[0].Reason, StringComparison.Ordinal);
        }

        Assert.All(inbox.Post([close, beat], Now), static result => Assert.Equal(UsageStatus.Accepted, result.Status));
    }

    [Fact]
    public void A_lease_of_open_books_posts_nothing_into_closed_ones()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        var midnight = new DateTimeOffset(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
        new PeriodClosing(ledger.File, new FakeTimeProvider(Now)).CloseThrough(new DateOnly(2026, 3, 3), "test");
        inbox.Post([Of("1", new LeaseOpened(new Lease("l", "r", "d", "cpu", 2, midnight.AddMinutes(1)))) with { At = midnight.AddMinutes(1) }], Now);
        var results = inbox.Post(
            [Of("2", new LeaseBeat("l", new DeviceTime(500), new DeviceTime(100))) with { At = midnight.AddMinutes(-2) }, Of("3", new LeaseClosed("l", new DeviceTime(1_000), new DeviceTime(400))) with { At = midnight.AddMinutes(-1) }],
            Now);
        Assert.All(results, static result => Assert.Equal(UsageStatus.Accepted, result.Status));
        Assert.Equal(EventTime.ToMicroseconds(midnight), ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT min(at) FROM charges")));
    }

    [Fact]
    public void Another_reading_of_a_meter_at_the_same_time_is_a_conflict()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        inbox.Post([Of("1", new LeaseOpened(new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon)))], Now);
        var results = inbox.Post(
            [Of("2", new LeaseBeat("l", new DeviceTime(500), new DeviceTime(100))), Of("3", new LeaseBeat("l", new DeviceTime(500), new DeviceTime(100))), Of("4", new LeaseBeat("l", new DeviceTime(500), new DeviceTime(300)))],
            Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Accepted, UsageStatus.Conflict], results.Select(static result => result.Status));
    }

    [Fact]
    public void A_changed_event_is_found()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        inbox.Post([Use("a", 1)], Now);
        ledger.Tamper("UPDATE usage_events SET content = '{}'");
        Assert.NotEmpty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    private protected static UsageEvent Of(string id, UsageBody body) => new()
    {
        Source = "s",
        Id = id,
        Type = body is LeaseOpened ? UsageTypes.LeaseOpened : body.GetType().Name,
        At = LedgerFixture.Noon,
        Content = body.ToString()!,
        Body = body,
    };

    private protected static UsageEvent Use(string id, long quantity) => Of(id, new MeteredUse([LedgerFixture.Put("puts") with { Quantity = quantity }], [])) with { Content = $"{quantity}" };

    private static List<UsageEvent> Story(int count)
    {
        List<UsageEvent> events = [Of("open", new LeaseOpened(new Lease("l", "r", "d", "cpu", 2, LedgerFixture.Noon)))];
        for (int i = 0; i < count; i++)
        {
            var key = new AttemptKey("r", $"p{i}", 1);
            events.Add(Of($"start-{i}", new AttemptStarted(key, "l", TagSet.None, null)));
            events.Add(Of($"work-{i}", new DeviceUse("l", Stage.Denoise, new DeviceTime(100 + i)) { RenderId = key.RenderId, Attempt = 1 }));
            events.Add(Use($"put-{i}", i + 1));
            events.Add(Of($"end-{i}", new AttemptEnded(key, i % 3 == 0 ? AttemptOutcome.Failed : AttemptOutcome.Delivered, "")));
        }

        return events;
    }

    private string Books(IEnumerable<IReadOnlyList<UsageEvent>> parts)
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        List<UsageEvent> early = [];
        foreach (var part in parts)
        {
            UsageEvent[] sent = [.. early, .. part];
            var results = inbox.Post(sent, Now);
            early = [.. sent.Where((_, i) => results[i].Status == UsageStatus.Early)];
            Assert.DoesNotContain(results, static result => result.Status is UsageStatus.Refused or UsageStatus.Conflict);
        }

        Assert.Empty(early);
        Assert.Equal(UsageStatus.Accepted, inbox.Post([Of("close", new LeaseClosed("l", new DeviceTime(1_000_000), new DeviceTime(500)))], Now)[0].Status);
        Assert.True(ledger.File.Read(transaction => ledger.Journal.Leases.Reconcile(transaction, "l")).IsBalanced);
        return ledger.File.Read(static transaction => string.Join(';', transaction.Query<string>(
            """
            SELECT coalesce(c.render_id, '') || ' ' || c.stage || ' ' || c.quantity || ' ' || coalesce(t.amount, -1)
            FROM charges AS c LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            UNION ALL SELECT render_id || ' ' || outcome FROM attempt_outcomes
            ORDER BY 1
            """)));
    }

    private protected LedgerFixture Open()
    {
        _ledgers.Add(new LedgerFixture(kind: kind));
        return _ledgers[^1];
    }
}

public sealed class UsageInboxOnSqliteTests() : UsageInboxTests(StoreKind.Sqlite);

public sealed class UsageInboxOnPostgresTests() : UsageInboxTests(StoreKind.Postgres)
{
    [Fact]
    public void What_the_database_refuses_for_a_reason_of_its_own_is_found_among_events_that_it_takes()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());
        ledger.Tamper(
            """
            CREATE FUNCTION refuse_b() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no b'' USING ERRCODE = ''P0001''; END';
            CREATE TRIGGER refuse_b BEFORE INSERT ON usage_events FOR EACH ROW WHEN (NEW.id = 'b') EXECUTE FUNCTION refuse_b();
            """);
        var results = inbox.Post([Use("a", 1), Use("b", 1), Use("c", 1)], Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Accepted], results.Select(static result => result.Status));
        Assert.Contains("no b", results[1].Reason, StringComparison.Ordinal);

        // The answer was lost, and it is sent again: what is there already says as much as what is new. So does an earlier round of a key that comes twice.
        results = inbox.Post([Use("a", 1), Use("b", 1)], Now);
        Assert.Equal([UsageStatus.Duplicate, UsageStatus.Refused], results.Select(static result => result.Status));
        results = inbox.Post([Use("d", 1), Use("b", 1), Use("b", 2)], Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Refused], results.Select(static result => result.Status));

        // Where nothing is taken, nobody is told that it is their event.
        Assert.Equal(LedgerFault.Rejected, Assert.Throws<LedgerException>(() => inbox.Post([Use("b", 1)], Now)).Fault);
        Assert.Contains("the trigger refuse_b of usage_events was not made by Farthing", Assert.Single(LedgerVerifier.Verify(ledger.File).Problems).ToString(), StringComparison.Ordinal);
        ledger.Tamper("DROP TRIGGER refuse_b ON usage_events");
        Assert.Empty(LedgerVerifier.Verify(ledger.File).Problems);
    }

    [Fact]
    public void A_row_that_is_too_long_for_an_index_is_refused_by_itself()
    {
        var ledger = Open();
        using var inbox = UsageInbox.Open(ledger.File, PriceBook.Parse(LedgerFixture.PriceYaml), new UsageRules());

        // Other characters would be compressed.
        var random = new Random(1);
        var run = string.Concat(Enumerable.Range(0, 1_500).Select(_ => (char)random.Next(0x4e00, 0x9fa5)));
        var results = inbox.Post([Use("a", 1), Of("b", new MeteredUse([LedgerFixture.Put("puts", run: run)], [])), Use("c", 1)], Now);
        Assert.Equal([UsageStatus.Accepted, UsageStatus.Refused, UsageStatus.Accepted], results.Select(static result => result.Status));
    }
}
