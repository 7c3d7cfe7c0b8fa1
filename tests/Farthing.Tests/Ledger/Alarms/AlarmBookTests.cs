using System.Text.Json.Nodes;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Chain;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Ledger.Alarms.TestRule;

namespace Farthing.Tests.Ledger.Alarms;

public abstract class AlarmBookTests : IDisposable
{
    private static readonly AlarmTelling Told = new() { IsTold = true, Repeat = TimeSpan.FromHours(4) };

    private readonly LedgerFixture _ledger;
    private readonly FakeTimeProvider _time = new(LedgerFixture.Noon);
    private readonly TestRule _rule = new("waste");
    private readonly AlarmBook _book;

    protected AlarmBookTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        _book = new AlarmBook(_ledger.File, _time);
    }

    public void Dispose()
    {
        Assert.Empty(LedgerVerifier.Verify(_ledger.File).Problems);
        _ledger.Dispose();
    }

    [Fact]
    public void It_fires_once_is_told_again_after_a_while_and_resolves_once()
    {
        _rule.With(Finding(isOver: true));
        Assert.Equal(AlarmState.Firing, Assert.Single(Apply()).State);
        Assert.Empty(Apply());
        _time.Advance(Told.Repeat - TimeSpan.FromTicks(10));
        Assert.Empty(Apply());
        _time.Advance(TimeSpan.FromTicks(10));
        AlarmChange again = Assert.Single(Apply());
        Assert.Equal((AlarmState.Reminded, LedgerFixture.Noon), (again.State, again.Since));
        Assert.Empty(Apply());
        _time.Advance(TimeSpan.FromHours(1));
        _rule.With(Finding(isOver: false, observed: "3"));
        AlarmChange over = Assert.Single(Apply());
        Assert.Equal((AlarmState.Resolved, LedgerFixture.Noon, "3"), (over.State, over.Since, over.Observed));
        Assert.Empty(Apply());
        Assert.Empty(_book.Firing());

        _rule.With(Finding(isOver: true));
        Assert.Equal(_time.GetUtcNow(), Assert.Single(Apply()).Since);
    }

    [Fact]
    public void Without_repeats_it_is_told_once()
    {
        _rule.With(Finding(isOver: true));
        Assert.Single(Apply(Told with { Repeat = TimeSpan.Zero }));
        _time.Advance(TimeSpan.FromDays(400));
        Assert.Empty(Apply(Told with { Repeat = TimeSpan.Zero }));
    }

    [Fact]
    public void Subjects_are_alarms_of_their_own_and_what_is_not_found_any_more_resolves()
    {
        _rule.With(Finding(true, "a"), Finding(true, "b"), Finding(false, "c"));
        Assert.Equal(["a", "b"], Apply().Select(static change => change.Subject));
        _rule.With(Finding(true, "b"), Finding(true, "c"));
        Assert.Equal(["c Firing", "a Resolved"], Apply().Select(static change => $"{change.Subject} {change.State}"));
        Assert.Equal(["b", "c"], _book.Firing().Select(static alarm => alarm.Subject));
    }

    [Fact]
    public void A_rule_that_could_not_look_and_a_rule_of_another_configuration_change_nothing()
    {
        _rule.With(Finding(isOver: true));
        Apply();
        Assert.Empty(_book.Apply([_rule.NotJudged()], Told));
        Assert.Empty(_book.Apply([new TestRule("other").With(Finding(isOver: false)).Judged()], Told));
        Assert.Single(_book.Firing());
        Assert.Empty(_book.Close("other", Told));
        Assert.Equal("Closed by hand.", Assert.Single(_book.Close("waste", Told)).Summary);
        Assert.Empty(_book.Firing());
    }

    [Fact]
    public void Two_processes_that_find_the_same_change_it_once()
    {
        using var other = Farthing.Ledger.Storage.LedgerStore.Open(_ledger.Address);
        AlarmBook[] books = [_book, new AlarmBook(other, _time)];
        _rule.With(Finding(isOver: true));

        int changes = 0;
        Parallel.ForEach(Enumerable.Range(0, 8), each => Interlocked.Add(ref changes, books[each % 2].Apply([_rule.Judged()], Told).Count));

        Assert.Equal(1, changes);
        Assert.Equal(1, _ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM outbox")));
    }

    [Fact]
    public void Every_change_is_a_message_of_the_same_transaction_or_of_nobody()
    {
        _rule.With(Finding(isOver: true, observed: "7.25") with { From = LedgerFixture.Noon, Details = [new("billed_usd", "1.50")] });
        AlarmChange change = Assert.Single(Apply());
        var (id, body) = _ledger.File.Read(static transaction => transaction.QuerySingle<(string, string)>("SELECT id, body FROM outbox"));
        Assert.Matches("^msg_[0-9a-f]{32}$", id);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
            {
              "type": "alarm.firing", "timestamp": "2026-03-04T12:00:00Z",
              "data": {
                "change": {{change.Number}}, "alarm": "waste", "kind": "test", "subject": "", "state": "firing", "since": "2026-03-04T12:00:00Z",
                "observed": "7.25", "limit": "5", "unit": "%", "summary": "It is 7.25 %.", "window_from": "2026-03-04T12:00:00Z", "window_to": null,
                "details": { "billed_usd": "1.50" }
              }
            }
            """),
            JsonNode.Parse(body)));

        _rule.With(Finding(isOver: false));
        Assert.Single(Apply(Told with { IsTold = false }));
        Assert.Equal(1, _ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM outbox")));
    }

    [Theory]
    [InlineData("UPDATE alarm_changes SET state = 'resolved'", "alarm_changes 1 ('1') was changed")]
    [InlineData("UPDATE outbox SET body = '{}'", "outbox 1 (")]
    [InlineData("DELETE FROM outbox", "rows are missing, doubled or added")]
    public void What_was_told_is_part_of_the_chain(string sql, string found)
    {
        using var tampered = new LedgerFixture(kind: _ledger.FilePath == _ledger.Address ? StoreKind.Sqlite : StoreKind.Postgres);
        new AlarmBook(tampered.File, _time).Apply([_rule.With(Finding(isOver: true)).Judged()], Told);

        Exception refused = Assert.ThrowsAny<Exception>(() => tampered.File.Write(transaction => transaction.Execute(sql)));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        tampered.Tamper(sql);
        Assert.Contains(found, string.Join('\n', LedgerVerifier.Verify(tampered.File).Problems), StringComparison.Ordinal);
    }

    private IReadOnlyList<AlarmChange> Apply(AlarmTelling? telling = null) => _book.Apply([_rule.Judged()], telling ?? Told);
}

public sealed class AlarmBookOnSqliteTests() : AlarmBookTests(StoreKind.Sqlite);

public sealed class AlarmBookOnPostgresTests() : AlarmBookTests(StoreKind.Postgres);
