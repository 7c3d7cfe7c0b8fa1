using Farthing.Ledger.Alarms;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Alarms;

public abstract class OutboxTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    private readonly LedgerFixture _ledger;
    private readonly FakeTimeProvider _time = new(LedgerFixture.Noon);
    private readonly LedgerStore _second;
    private readonly Outbox _outbox;
    private readonly Outbox _other;

    protected OutboxTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        _second = LedgerStore.Open(_ledger.Address);
        (_outbox, _other) = (new Outbox(_ledger.File, "one", _time), new Outbox(_second, "two", _time));
    }

    public void Dispose()
    {
        Assert.Empty(LedgerVerifier.Verify(_ledger.File).Problems);
        _second.Dispose();
        _ledger.Dispose();
    }

    [Fact]
    public void A_message_is_one_process_s_until_its_lease_is_over()
    {
        Fire("a");
        OutboxClaim first = Claim(_outbox)!;
        Assert.Null(Claim(_other));
        Assert.Equal(OutboxStatus.Sending, Assert.Single(_other.Undelivered()).Status);
        _time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        Assert.Null(Claim(_other));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        OutboxClaim second = Claim(_other)!;
        Assert.Equal((first.Id, first.Body, 2), (second.Id, second.Body, second.Try));

        // The first one was only slow: its failure takes nothing from the second, its delivery ends the message.
        _outbox.Finish(first, new OutboxResult(0, "slow") { Next = _time.GetUtcNow() });
        Assert.Null(Claim(_outbox));
        _other.Finish(second, new OutboxResult(500, "HTTP 500") { Next = _time.GetUtcNow() + TimeSpan.FromSeconds(5) });
        Assert.Null(Claim(_outbox));
        _time.Advance(TimeSpan.FromSeconds(5));
        OutboxClaim third = Claim(_outbox)!;
        _other.Finish(second, new OutboxResult(200, "late") { IsDelivered = true });
        _outbox.Finish(third, new OutboxResult(200, "HTTP 200") { IsDelivered = true });
        Assert.Empty(_outbox.Undelivered());
        Assert.Equal(["1 failed", "2 failed", "3 delivered"], Results());
    }

    [Fact]
    public void Two_senders_at_once_claim_each_message_once()
    {
        for (int i = 0; i < 12; i++)
        {
            Fire($"m{i}");
        }

        var claims = new System.Collections.Concurrent.ConcurrentBag<OutboxClaim>();
        Parallel.ForEach(new[] { _outbox, _other, _outbox, _other }, outbox =>
        {
            while (Claim(outbox) is { } claim)
            {
                claims.Add(claim);
                outbox.Finish(claim, new OutboxResult(200, "HTTP 200") { IsDelivered = true });
            }
        });

        Assert.Equal(12, claims.Count);
        Assert.Equal(12, claims.Select(static claim => claim.Id).Distinct().Count());
        Assert.Empty(_outbox.Undelivered());
    }

    [Fact]
    public void What_every_sender_died_of_is_dead_after_the_last_try_and_said_so()
    {
        Fire("a");
        Fire("b");
        for (int number = 1; number <= 3; number++)
        {
            Assert.Equal(number, Claim(_outbox, tries: 3)!.Try);
            Assert.Equal(number, Claim(_outbox, tries: 3)!.Try);
            _time.Advance(Lease);
        }

        Assert.Null(Claim(_other, tries: 3));
        IReadOnlyList<OutboxMessage> dead = _other.Undelivered();
        Assert.Equal(["a Dead 3", "b Dead 3"], dead.Select(static message => $"{message.Subject} {message.Status} {message.Tries}"));
        Assert.Contains("no result came", dead[0].Detail, StringComparison.Ordinal);
        Assert.Null(Claim(_outbox, tries: 9));
    }

    [Fact]
    public void A_last_try_that_was_only_slow_to_tell_of_its_delivery_counts()
    {
        Fire("a");
        OutboxClaim last = Claim(_outbox, tries: 1)!;
        _time.Advance(Lease);
        Assert.Null(Claim(_other, tries: 1));
        Assert.Equal("a Dead 1", Assert.Single(_other.Undelivered().Select(static message => $"{message.Subject} {message.Status} {message.Tries}")));

        _outbox.Finish(last, new OutboxResult(200, "HTTP 200") { IsDelivered = true });
        Assert.Empty(_other.Undelivered());
        Assert.Equal(["1 delivered", "2 dead"], Results());
        Assert.Null(Claim(_outbox));
    }

    [Fact]
    public void A_message_waits_for_its_next_try_and_the_others_do_not_wait_for_it()
    {
        Fire("a");
        _outbox.Finish(Claim(_outbox)!, new OutboxResult(503, "HTTP 503") { Next = _time.GetUtcNow() + TimeSpan.FromMinutes(1) });
        Fire("b");
        Assert.Equal(2, Claim(_other)!.Message);
        IReadOnlyList<OutboxMessage> open = _outbox.Undelivered();
        Assert.Equal(["a Waiting HTTP 503", "b Sending "], open.Select(static message => $"{message.Subject} {message.Status} {message.Detail}"));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(1), open[0].Next);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, Claim(_other)!.Message);
    }

    private void Fire(string subject) => new AlarmBook(_ledger.File, _time)
        .Apply([new TestRule($"rule-{subject}").With(TestRule.Finding(true, subject)).Judged()], new AlarmTelling { IsTold = true });

    private static OutboxClaim? Claim(Outbox outbox, int tries = 10) => outbox.Claim(Lease, tries);

    private List<string> Results() => _ledger.File.Read(static transaction =>
        transaction.Query<(long Number, string Outcome)>("SELECT number, outcome FROM outbox_results ORDER BY number").Select(static row => $"{row.Number} {row.Outcome}").ToList());
}

public sealed class OutboxOnSqliteTests() : OutboxTests(StoreKind.Sqlite);

public sealed class OutboxOnPostgresTests() : OutboxTests(StoreKind.Postgres)
{
    [Fact]
    public void A_writer_may_alarm_and_claim_a_reader_may_look_and_neither_may_change()
    {
        using var schema = new PostgresSchema();
        using (LedgerStore.Open(schema.Address))
        {
            // The owner makes the tables.
        }

        string writer = $"alarm_writer_{Environment.ProcessId}", looker = $"alarm_reader_{Environment.ProcessId}";
        schema.Execute($"CREATE ROLE {writer} LOGIN IN ROLE farthing_writer; CREATE ROLE {looker} LOGIN IN ROLE farthing_reader");
        var time = new FakeTimeProvider(LedgerFixture.Noon);
        using LedgerStore clerk = LedgerStore.Open(schema.AddressOf(writer)), reader = LedgerStore.Open(schema.AddressOf(looker));
        new AlarmBook(clerk, time).Apply([new TestRule("r").With(TestRule.Finding(true)).Judged()], new AlarmTelling { IsTold = true });
        var outbox = new Outbox(clerk, "clerk", time);
        outbox.Finish(outbox.Claim(TimeSpan.FromSeconds(40), 10)!, new OutboxResult(500, "HTTP 500") { Next = time.GetUtcNow() });

        Assert.Single(new AlarmBook(reader, time).Firing());
        Assert.Single(new Outbox(reader, "reader", time).Undelivered());
        Assert.Throws<LedgerException>(() => new Outbox(reader, "reader", time).Claim(TimeSpan.FromSeconds(40), 10));
        foreach (string table in new[] { "alarm_changes", "outbox", "outbox_claims", "outbox_results" })
        {
            Assert.Throws<LedgerException>(() => clerk.Write(transaction => transaction.Execute($"DELETE FROM {table}")));
        }

        clerk.Dispose();
        reader.Dispose();
        schema.Execute($"DROP OWNED BY {writer}, {looker}; DROP ROLE {writer}, {looker}");
    }
}
