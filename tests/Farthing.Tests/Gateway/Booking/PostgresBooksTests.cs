using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Tests.Ledger;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>The gateway's books and budgets in PostgreSQL, with the rights of a clerk.</summary>
public sealed class PostgresBooksTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly PostgresSchema _schema = new();
    private static int _made;
    private readonly string _clerk;
    private readonly string _reader;

    public PostgresBooksTests()
    {
        string own = $"{Environment.ProcessId}_{Interlocked.Increment(ref _made)}";
        (_clerk, _reader) = ("gateway_clerk_" + own, "gateway_reader_" + own);
        using var owner = LedgerStore.Open(_schema.Address);
        _schema.Execute($"CREATE ROLE {_clerk} LOGIN IN ROLE farthing_writer; CREATE ROLE {_reader} LOGIN IN ROLE farthing_reader");
    }

    public void Dispose()
    {
        _schema.Execute($"DROP OWNED BY {_clerk}, {_reader}; DROP ROLE {_clerk}, {_reader}");
        _schema.Dispose();
    }

    [Fact]
    public void A_reader_is_told_two_providers_of_a_kind_by_their_names()
    {
        using (LedgerStore owner = LedgerStore.Open(_schema.Address))
        {
            using AttemptPoster poster = AttemptPoster.Open(owner, PriceBook.Default());
            UndeliveredAttemptsTests.PostTwoOfAKind(poster);
        }

        using LedgerStore reading = LedgerStore.Open(_schema.AddressOf(_reader));
        Assert.Equal(UndeliveredAttemptsTests.TwoOfAKind, UndeliveredAttemptsTests.Told(new CostReports(reading) { Providers = AttemptPoster.Providers }));
        CostReports without = new(reading) { Providers = AttemptPoster.Providers with { Table = "no_such_table" } };
        Assert.Equal(["openai 2 4"], UndeliveredAttemptsTests.Told(without));
    }

    [Fact]
    public void A_clerk_posts_once_settles_budgets_and_may_change_nothing_that_was_posted()
    {
        using LedgerStore store = LedgerStore.Open(_schema.AddressOf(_clerk));

        // The tables are the owner's to make.
        Assert.Equal(LedgerFault.ReadOnly, Assert.Throws<LedgerException>(() => AttemptPoster.Open(store, PriceBook.Default())).Fault);
        using (LedgerStore owner = LedgerStore.Open(_schema.Address))
        {
            owner.Migrate(typeof(AttemptPoster).Assembly);
        }

        using AttemptPoster poster = AttemptPoster.Open(store, PriceBook.Default());
        var bank = new BudgetBank(store, "here-1");
        Assert.Equal(5, bank.Take("b@total", 5, 100).Granted);
        AttemptRecord paid = Ended("r1") with { Budgets = "b@total,c@2026-11-25" }, unpriced = Ended("r2") with { Resource = "llm/openai/none", Budgets = "b@total" };
        AttemptRecord hit = Ended("r3") with { Attempt = 0, Hit = new CacheHit("exact", "r1/1") };

        Assert.Equal((2, 1), (poster.Post([paid, unpriced, hit], "here-1") is var first ? first.New : 0, first.Unpriced));
        Assert.Equal(0, poster.Post([paid, unpriced, hit], "here-1").New);

        // 1,000 tokens at $0.15 a million.
        Assert.Equal(new BudgetState(150_000_000, 0, 1), bank.State("b@total"));
        Assert.Equal(new BudgetState(150_000_000, 0, 0), bank.State("c@2026-11-25"));
        Assert.Equal(150_000_000, store.Read(static transaction => transaction.Scalar<long>("SELECT CAST(sum(amount) AS bigint) FROM transfers")));
        Assert.Equal(150_000_000, store.Read(static transaction => transaction.Scalar<long>("SELECT CAST(sum(amount) AS bigint) FROM memos")));
        foreach (string sql in new[] { "UPDATE gateway_attempts SET input = 1", "DELETE FROM gateway_attempts", "DELETE FROM gateway_budget_spent", "DROP TABLE gateway_budget_slices" })
        {
            Assert.Equal(LedgerFault.ReadOnly, Refused(store, sql));
        }

        using LedgerStore reading = LedgerStore.Open(_schema.AddressOf(_reader));
        Assert.Equal(2, reading.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM gateway_attempts")));
        Assert.Equal(LedgerFault.ReadOnly, Refused(reading, "UPDATE gateway_budget_spent SET spent = 0"));
        using LedgerStore owning = LedgerStore.Open(_schema.Address);
        Assert.Equal(LedgerFault.AppendOnly, Refused(owning, "UPDATE gateway_attempts SET input = 1"));
        Assert.True(LedgerVerifier.Verify(reading, null, new AttemptAudit()).IsWhole);
    }

    [Fact]
    public void Recovery_gives_back_what_its_own_folders_dead_held_and_nothing_of_other_machines()
    {
        using LedgerStore store = Open();
        using var folder = new ScratchFolder();
        string here = folder.File("here"), there = folder.File("there");
        using AttemptPoster poster = AttemptPoster.Open(store, PriceBook.Default());
        var recovery = new JournalRecovery(poster, TimeProvider.System, NullLogger<JournalRecovery>.Instance);
        string dead, far = JournalRoot.Session(there, "far"), gone = JournalRoot.Session(here, "gone");
        using (var journal = AttemptJournal.Open(here, JournalRoot.Session(here, "dead")))
        {
            dead = journal.Session;
            journal.Write(Ended("r1") with { EndedAt = null, Budgets = "b@total" });
            journal.Write(Ended("r1") with { Budgets = "b@total" });
        }

        long limit = 10 * Amount.UnitsPerDollar;
        foreach (string process in new[] { dead, far, gone })
        {
            Assert.Equal(1_000_000_000, new BudgetBank(store, process).Take("b@total", 1_000_000_000, limit).Granted);
        }

        Assert.Equal(1, recovery.Recover(here));

        Assert.Equal([far], store.Read(static transaction => transaction.Query<string>("SELECT process FROM gateway_budget_slices").ToList()));
        Assert.Equal(new BudgetState(150_000_000, 1_000_000_000, 0), new BudgetBank(store, "x").State("b@total"));

        // The other machine's own recovery does.
        recovery.Recover(there);
        Assert.Equal(0, new BudgetBank(store, "x").State("b@total").Held);
    }

    [Fact]
    public async Task Processes_at_once_never_take_more_than_the_limit()
    {
        using LedgerStore owner = Open();
        long limit = 1_000_000;
        long[] taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(process => Task.Run(() =>
        {
            using LedgerStore store = LedgerStore.Open(_schema.AddressOf(_clerk));
            var bank = new BudgetBank(store, $"p{process}");
            return Enumerable.Range(0, 30).Sum(_ => bank.Take("b@total", 10_000, limit).Granted);
        })));

        Assert.Equal(limit, taken.Sum());
        Assert.Equal(limit, new BudgetBank(owner, "x").State("b@total").Held);
    }

    private LedgerStore Open()
    {
        LedgerStore store = LedgerStore.Open(_schema.Address);
        store.Migrate(typeof(AttemptPoster).Assembly);
        return store;
    }

    private static LedgerFault Refused(LedgerStore store, string sql) =>
        Assert.Throws<LedgerException>(() => store.Write(transaction => transaction.Execute(sql))).Fault;

    private static AttemptRecord Ended(string request) => new()
    {
        RequestId = request,
        Attempt = 1,
        StartedAt = At,
        EndedAt = At.AddSeconds(1),
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "main",
        Client = "",
        Tags = "",
        Status = 200,
        Tokens = new TokenCounts(1_000, 0, 0, 0, 0, 0),
    };
}
