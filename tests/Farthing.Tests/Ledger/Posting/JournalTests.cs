using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

public abstract class JournalTests(StoreKind kind) : IDisposable
{
    private readonly LedgerFixture _ledger = new(kind: kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_fact_becomes_a_debit_and_a_credit_at_the_price_in_force()
    {
        Assert.Equal(1, _ledger.Post(Put("a")).Posted);
        Assert.Equal(
            [(1, "accrued:storage/folder", -5_000_000, "puts-1", "eur-1"), (1, "expense:finish", 5_000_000, "puts-1", "eur-1")],
            _ledger.Entries().OrderBy(entry => entry.Account, StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_fact_again_changes_nothing()
    {
        _ledger.Post(Put("a"));
        Assert.Equal(1, _ledger.Post(Put("a")).Exists);
        _ledger.Reopen();
        Assert.Equal(1, _ledger.Post(Put("a", Noon.AddTicks(9))).Exists);
        Assert.Equal(2, _ledger.Entries().Count);
    }

    [Fact]
    public void Another_fact_under_the_same_id_is_a_conflict_that_shows_both()
    {
        _ledger.Post(Put("a"));
        var conflict = Assert.Single(_ledger.Post(Put("a") with { Quantity = 2 }, Put("b")).Conflicts);
        Assert.Equal(1, conflict.Stored.Quantity);
        Assert.Equal(2, conflict.Offered.Quantity);
        Assert.Equal(4, _ledger.Entries().Count);
    }

    [Fact]
    public void Usage_without_a_price_is_kept_and_counted_but_is_not_zero()
    {
        var summary = _ledger.Post(Put("a") with { Resource = "storage/moon", Quantity = 7 }, Put("b"));
        Assert.Equal((1, 1), (summary.Unpriced, summary.Posted));
        var report = _ledger.Reports.Build(new ReportQuery());
        Assert.Equal([new UnpricedUsage("storage/moon", Meters.Puts, 1, 7)], report.Unpriced);
        Assert.Equal(5_000_000, report.Total.Units);
    }

    [Fact]
    public void A_written_price_of_zero_is_a_price()
    {
        var summary = _ledger.Post(Put("a") with { Resource = "llm/template", Meter = Meters.Requests });
        Assert.Equal((1, 0), (summary.Posted, summary.Unpriced));
    }

    [Fact]
    public void A_later_edit_of_the_book_changes_no_posting_and_a_reused_id_is_refused()
    {
        _ledger.Post(Put("a"));
        var ended = PriceYaml.Replace("usd: \"0.005\", from: 2026-01-01", "usd: \"0.005\", from: 2026-01-01, to: 2026-02-01", StringComparison.Ordinal);
        _ledger.Reopen(ended);
        Assert.Equal(1, _ledger.Post(Put("a")).Exists);
        Assert.Equal(5_000_000, _ledger.Reports.Build(new ReportQuery()).Total.Units);

        var changed = PriceYaml.Replace("0.005", "0.006", StringComparison.Ordinal);
        var error = Assert.Throws<LedgerException>(() => { _ledger.Reopen(changed); });
        Assert.Equal(LedgerFault.Conflict, error.Fault);
        Assert.Contains("0.005", error.Message, StringComparison.Ordinal);
        Assert.Contains("0.006", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rolled_back_transaction_leaves_nothing_and_the_next_one_works()
    {
        Assert.Throws<InvalidOperationException>(() => _ledger.File.Write(transaction =>
        {
            _ledger.Journal.Post(transaction, [Put("a")]);
            throw new InvalidOperationException("the job store refused");
        }));
        Assert.Empty(_ledger.Entries());
        Assert.Equal(1, _ledger.Post(Put("a")).Posted);
        Assert.All(_ledger.Entries(), entry => Assert.Equal("eur-1", entry.Rate));
    }

    [Fact]
    public void A_day_is_fixed_by_the_last_rate_that_any_process_has_recorded()
    {
        // A server's book of the start, beside which another process imports the next days' rates.
        Journal.Open(_ledger.File, PriceBook.Parse("fx: [{ id: eur-9, currency: EUR, day: 2026-03-04, usd_per_unit: \"1.2\" }]")).Dispose();

        _ledger.Post(Put("a"), Put("b", Noon.AddDays(-1)));

        Assert.Equal(["eur-1", "eur-9"], _ledger.Entries().Select(static entry => entry.Rate).Distinct().Order());
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }

    [Fact]
    public void A_day_whose_first_rate_comes_when_something_is_priced_late_is_converted_once()
    {
        const string WithoutRates = """prices: [{ id: puts-1, resource: storage/folder, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }]""";
        using var ledger = new LedgerFixture(WithoutRates, kind);
        ledger.Post(Put("a"), Put("late") with { Resource = "storage/moon" });
        using (var rated = Journal.Open(ledger.File, PriceBook.Parse(WithoutRates)))
        {
            // Another process has recorded a rate without fixing the day.
            ledger.File.Write(transaction => transaction.Insert(LedgerTables.FxRates, "eur-9", "EUR", (long)EventTime.ToDay(new DateOnly(2026, 3, 4)), "1.2", ""));
            new Rerater(ledger.File, PriceBook.Parse(WithoutRates.Replace("}]", "}, { id: moon-1, resource: storage/moon, meter: puts, unit: operation, usd: \"1\", from: 2026-01-01 }]", StringComparison.Ordinal)), TimeProvider.System)
                .Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true);
        }

        Assert.True(LedgerVerifier.Verify(ledger.File).IsWhole);
    }

    [Fact]
    public void An_amount_that_does_not_fit_is_refused_in_words()
    {
        var error = Assert.Throws<LedgerException>(() => _ledger.Post(Put("a") with { Quantity = long.MaxValue }));
        Assert.Equal(LedgerFault.Overflow, error.Fault);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<UsageFact> BadFacts =>
    [
        Put(""),
        Put(new string('x', 401)),
        Put("a") with { Quantity = -1 },
        Put("a") with { Attempt = -1 },
        Put("a") with { RunId = "" },
        Put("a") with { RunId = "a\0b" },
        Put("a") with { RenderId = "\0" },
        Put("a") with { Stage = Stage.Rounding },
        Put("a") with { Stage = (Stage)77 },
        Put("a") with { At = DateTimeOffset.MinValue },
        Put("a") with { LeaseId = "lease-1" },
        Work("a", Stage.Vae, 5) with { LeaseId = null },
        Work("a", Stage.Vae, 5) with { Quantity = 5 },
        Work("a", Stage.Vae, 5) with { Resource = "gpu" },
        Work("a", Stage.Vae, 5) with { Meter = Meters.Puts },
    ];

    [Theory]
    [MemberData(nameof(BadFacts))]
    public void What_is_no_fact_is_refused_and_nothing_is_kept(UsageFact fact)
    {
        _ledger.Open(Cpu);
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => _ledger.Post(Put("good"), fact)).Fault);
        Assert.Empty(_ledger.Entries());
    }

    [Fact]
    public void Device_time_needs_its_lease() =>
        Assert.Equal(LedgerFault.Unknown, Assert.Throws<LedgerException>(() => _ledger.Post(Work("a", Stage.Vae, 5))).Fault);

    [Fact]
    public void A_batch_is_split_by_weight_to_the_last_microsecond()
    {
        BatchMember[] members =
        [
            new("r2", 1, 25, 256, 2, TagSet.None), new("r1", 1, 25, 256, 2, TagSet.None), new("r3", 2, 10, 64, 1, TagSet.None),
        ];
        var facts = BatchSplit.Facts(Cpu, "b1", Stage.Denoise, Noon, new DeviceTime(1_000_001), members);
        Assert.Equal(1_000_001, facts.Sum(fact => fact.DeviceTime!.Value.Microseconds));
        Assert.Equal("run-1/r3/2/unet/b1", facts[2].Id);
        Assert.All(facts, fact => Assert.Equal((BatchSplit.Method, "b1"), (fact.SplitMethod, fact.BatchId)));
        Assert.Equal(640, facts[2].Weight);
        Assert.Equal(facts.OrderBy(fact => fact.Id), BatchSplit.Facts(Cpu, "b1", Stage.Denoise, Noon, new DeviceTime(1_000_001), [.. members.Reverse()]).OrderBy(fact => fact.Id));
        _ledger.Open(Cpu);
        Assert.Equal(3, _ledger.Post(facts).Posted);
    }

    [Fact]
    public void Shuffled_and_repeated_facts_give_the_same_books()
    {
        var fact = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 4], Gen.Long[0, 5_000_000], Gen.Int[0, 200]);
        Gen.Select(fact.Array[1, 30], Gen.Int).Sample((rows, seed) =>
        {
            UsageFact[] facts = [.. rows.DistinctBy(row => row.Item1).Select(row => row.Item2 == 4
                ? Put($"f{row.Item1}", Noon.AddDays(row.Item4))
                : Work($"f{row.Item1}", (Stage)row.Item2, row.Item3, tags: row.Item4 % 2 == 0 ? "a" : "b,c", at: Noon.AddDays(row.Item4)))];
            UsageFact[] twice = [.. facts, .. facts];
            new Random(seed).Shuffle(twice);
            using var left = new LedgerFixture(kind: kind);
            using var right = new LedgerFixture(kind: kind);
            left.Open(Cpu);
            right.Open(Cpu);
            left.Post(facts);
            Assert.All(twice.Chunk(7), chunk => Assert.Empty(right.Post(chunk).Conflicts));
            Assert.All(left.Entries().GroupBy(entry => entry.Charge), group => Assert.Equal(0, group.Sum(entry => entry.Amount)));
            foreach (var query in ReportSamples.Queries)
            {
                Assert.Equal(ReportJson.Write(left.Reports.Build(query)), ReportJson.Write(right.Reports.Build(query)));
            }
        }, iter: 25);
    }
}

public sealed class JournalOnSqliteTests() : JournalTests(StoreKind.Sqlite);

public sealed class JournalOnPostgresTests() : JournalTests(StoreKind.Postgres);
