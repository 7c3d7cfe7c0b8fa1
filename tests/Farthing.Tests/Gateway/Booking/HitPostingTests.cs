using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Tests.Ledger;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>Hits that avoided the same share their memos, and no repeat of them counts twice.</summary>
public abstract class HitPostingTests : IDisposable
{
    private static readonly AttemptRecord Hit = AttemptJournalTests.Ended("h1") with
    {
        Attempt = 0,
        StartedAt = new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero),
        Tags = "spring,tenant:acme",
        Tokens = new TokenCounts(38, 0, 0, 0, 26, 0),
        Hit = new CacheHit("exact", "r1/1"),
    };

    private readonly LedgerFixture _ledger;
    private readonly AttemptPoster _poster;

    protected HitPostingTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        _poster = AttemptPoster.Open(_ledger.File, PriceBook.Default());
    }

    public void Dispose()
    {
        _poster.Dispose();
        _ledger.Dispose();
    }

    [Fact]
    public void Hits_of_one_answer_share_a_memo_a_class_with_their_tags_and_their_number()
    {
        _poster.Post([Hit, Hit with { RequestId = "h2" }, Hit with { RequestId = "h3" }], "own");
        Assert.Equal([("llm/h1/0/saved-input", 114, 3), ("llm/h1/0/saved-output", 78, 3)], Memos());
        Assert.Equal("spring,tenant:acme", _ledger.File.Read(static transaction => transaction.Scalar<string>("SELECT min(tags) FROM memos")));
        Assert.Equal(new AvoidedCosts("exact", 3, new(3 * ((38 * 150_000) + (26 * 600_000)), Farthing.Ledger.Money.Currency.Usd), 0), AvoidedCosts.Read(_ledger.File)[0]);
        AssertWhole();
    }

    [Theory]
    [InlineData("tags")]
    [InlineData("answer")]
    [InlineData("cache")]
    [InlineData("tokens")]
    [InlineData("minute")]
    [InlineData("estimate")]
    public void Hits_that_differ_have_memos_of_their_own(string what)
    {
        AttemptRecord other = what switch
        {
            "tags" => Hit with { Tags = "autumn" },
            "answer" => Hit with { Hit = new CacheHit("exact", "r2/1") },
            "cache" => Hit with { Hit = new CacheHit("semantic", "r1/1") },
            "tokens" => Hit with { Tokens = new TokenCounts(39, 0, 0, 0, 26, 0) },
            "minute" => Hit with { StartedAt = Hit.StartedAt.AddMinutes(1) },
            _ => Hit with { Estimated = true },
        };
        _poster.Post([Hit, other with { RequestId = "h2" }], "own");
        Assert.Equal([1, 1, 1, 1], Memos().Select(static memo => memo.Times));
        AssertWhole();
    }

    [Fact]
    public void A_repeat_however_it_is_cut_counts_no_hit_twice()
    {
        AttemptRecord[] hits = [.. Enumerable.Range(1, 10).Select(static i => Hit with { RequestId = $"h{i}" })];
        _poster.Post(hits[..4], "own");
        _poster.Post(hits[..4], "own");
        _poster.Post(hits[2..7], "own");
        _poster.Post([hits[9], .. hits[..9]], "own");
        Assert.Equal((10, 10 * 38), (Memos().Where(static memo => memo.Id.EndsWith("input", StringComparison.Ordinal)).Sum(static memo => memo.Times), Quantity("input-tokens")));
        AssertWhole();
    }

    [Fact]
    public void Hits_that_an_older_version_posted_one_by_one_are_not_posted_again()
    {
        AttemptRecord[] hits = [.. Enumerable.Range(1, 5).Select(static i => Hit with { RequestId = $"h{i}" })];
        using (Journal journal = Journal.Open(_ledger.File, PriceBook.Default()))
        {
            var charges = new TokenCharges(PriceBook.Default());

            // It had no tags in memos.
            _ledger.File.Write(transaction => journal.Memos.Record(transaction, hits[..3].SelectMany(hit => charges.Avoided(hit, hit.Hit!)).Select(static memo => memo with { Tags = TagSet.None })));
        }

        _poster.Post([.. hits.Select(static hit => hit with { Tags = "" })], "own");
        Assert.Equal((5, 5 * 38L), (Memos().Count(static memo => memo.Id.EndsWith("input", StringComparison.Ordinal)), Quantity("input-tokens")));
        AssertWhole();
    }

    [Fact]
    public void A_hit_that_avoided_nothing_is_in_no_memo()
    {
        _poster.Post([Hit with { Tokens = default }], "own");
        Assert.Empty(Memos());
        AssertWhole();
    }

    [Theory]
    [InlineData("DELETE FROM gateway_hits WHERE request_id = 'h2'", "it has 2 hits of memo 1, which stands for 3")]
    [InlineData("DELETE FROM gateway_hits WHERE request_id = 'h1'", "it has 0 hits of memo 1, which stands for 3")]
    [InlineData("DELETE FROM gateway_hits WHERE memo = 3", "it has 0 hits of memo 3, which stands for 2")]
    [InlineData("INSERT INTO gateway_hits VALUES ('h9', 1)", "it has 4 hits of memo 1, which stands for 3")]
    [InlineData("INSERT INTO gateway_hits VALUES ('h9', 77)", "it has 1 hits of memo 77, which stands for 0")]
    [InlineData("UPDATE gateway_hits SET memo = 3 WHERE request_id = 'h3'", "it has 2 hits of memo 1, which stands for 3")]
    public void A_hit_more_or_less_than_the_memos_say_is_found(string sql, string found)
    {
        _poster.Post([Hit, Hit with { RequestId = "h2" }, Hit with { RequestId = "h3" }], "own");
        _poster.Post([Hit with { RequestId = "h4" }, Hit with { RequestId = "h5" }], "own");
        _ledger.Tamper(sql);
        Assert.Contains(found, string.Join('\n', LedgerVerifier.Verify(_ledger.File, null, new AttemptAudit()).Problems), StringComparison.Ordinal);
    }

    private void AssertWhole()
    {
        var check = LedgerVerifier.Verify(_ledger.File, null, new AttemptAudit());
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
    }

    private List<(string Id, long Quantity, long Times)> Memos() => _ledger.File.Read(static transaction =>
        transaction.Query<(string, long, long)>("SELECT id, quantity, coalesce(times, 1) FROM memos ORDER BY seq").ToList());

    private long Quantity(string meter) => _ledger.File.Read(transaction => transaction.Scalar<long>("SELECT CAST(sum(quantity) AS bigint) FROM memos WHERE meter = @meter", new { meter }));
}

public sealed class HitPostingOnSqliteTests() : HitPostingTests(StoreKind.Sqlite);

public sealed class HitPostingOnPostgresTests() : HitPostingTests(StoreKind.Postgres);
