using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Rollups;

public abstract class RollupTests(StoreKind kind)
{
    private static readonly FakeTimeProvider Time = new(Noon.AddDays(90));

    private static readonly string WithoutRates = PriceYaml[..PriceYaml.IndexOf("fx:", StringComparison.Ordinal)];

    [Fact]
    public void A_report_by_rollups_is_the_report_by_entries_whatever_came_in_whatever_order()
    {
        // What is done, when, for which run and render, how much.
        var step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 1], Gen.Int[0, 3], Gen.Long[0, 90_000_000]);
        Gen.Select(step.Array[0, 40], Gen.Int[0, 39], Gen.Bool).Sample((steps, ratesFrom, isRerated) =>
        {
            using var ledger = new LedgerFixture(WithoutRates, kind);
            Lease[] leases = [Cpu, Cpu with { Id = "lease-b", RunId = "run-2" }];
            ledger.Open(leases[0]);
            ledger.Open(leases[1]);
            for (var i = 0; i < steps.Length; i++)
            {
                if (i == ratesFrom)
                {
                    // Days that were posted to before get their rate now.
                    ledger.Reopen();
                }

                Do(ledger, steps[i], i, leases[steps[i].Item3]);
            }

            Same(ledger);
            if (isRerated)
            {
                var rerater = new Rerater(ledger.File, PriceBook.Parse(PriceYaml.Replace("0.005", "0.007", StringComparison.Ordinal).Replace("-1,", "-9,", StringComparison.Ordinal).Replace("llm/template", "s3", StringComparison.Ordinal).Replace("meter: requests, unit: operation", "meter: puts, unit: operation", StringComparison.Ordinal)), Time);
                var done = rerater.Run(Noon.AddDays(-1), Noon.AddDays(9), "", apply: true);
                Same(ledger);
                if (done.Number is { } number)
                {
                    var undone = rerater.Undo(number, "", apply: true).Number!.Value;
                    Same(ledger);
                    rerater.Undo(undone, "", apply: true);
                    Same(ledger);
                }
            }
        }, iter: kind == StoreKind.Sqlite ? 80 : 15);
    }

    [Fact]
    public void What_is_rolled_back_is_in_no_rollup()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Post(Put("a"));
        Assert.Throws<InvalidOperationException>(() => ledger.File.Write(transaction =>
        {
            ledger.Journal.Post(transaction, [Put("b", tags: "new"), Put("c", Noon.AddDays(1))]);
            throw new InvalidOperationException();
        }));
        ledger.Post(Put("d", tags: "new"));
        Same(ledger);
        Assert.Equal(10_000_000, ledger.Reports.Build(new ReportQuery()).Total.Units);
    }

    [Theory]
    [InlineData("UPDATE charge_rollups SET amount = '1' WHERE amount <> '0'", "the rollup of 2026-03-04")]
    [InlineData("UPDATE charge_rollups SET eur = '1'", "the rollup of 2026-03-04")]
    [InlineData("UPDATE charge_rollups SET day = day + 1", "is missing; its charges come to")]
    [InlineData("DELETE FROM charge_rollups", "is missing; its charges come to")]
    [InlineData("UPDATE attempt_rollups SET attempts = 7 WHERE outcome = 'delivered'", "says 7 attempts, but there are 1")]
    [InlineData("DELETE FROM attempt_rollups", "there are 1 attempts of it")]
    [InlineData("UPDATE render_rollups SET amount = amount + 1", "attempt 1 of the render 'run-1/render-1', says ")]
    [InlineData("UPDATE render_rollups SET millions = 1", "attempt 1 of the render 'run-1/render-1', says ")]
    [InlineData("UPDATE render_rollups SET delivered = 0", "says that it was not delivered, but it was.")]
    [InlineData("UPDATE charge_rollups SET eur = '0', unconverted = -1", "the rollup of 2026-03-04")]
    [InlineData("UPDATE charge_rollups SET eur = '0', unconverted = 2", "the rollup of 2026-03-04")]
    [InlineData("UPDATE render_rollups SET eur = 0, unconverted = 2", "attempt 1 of the render 'run-1/render-1', says ")]
    [InlineData("DELETE FROM render_rollups", "attempt 1 of the render 'run-1/render-1', is missing")]
    public void A_rollup_that_is_not_the_sum_of_its_entries_is_found(string sql, string found)
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Attempt("render-1", AttemptOutcome.Delivered);
        ledger.Post(Put("a"), Put("b"));
        var check = LedgerVerifier.Verify(ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        ledger.Tamper(sql);
        Assert.Contains(found, string.Join('\n', LedgerVerifier.Verify(ledger.File).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Rollups_that_the_store_does_not_call_made_are_made_again_by_who_opens_it_whatever_was_posted_meanwhile()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Attempt("render-1", AttemptOutcome.Delivered);
        ledger.Post(Put("a"), Put("b"));
        ledger.Tamper("DELETE FROM charge_rollups; UPDATE rollup_state SET made = 0");
        ledger.Post(Put("c"), Put("d", Noon.AddDays(1), tags: "new"));
        ledger.Reopen();
        Same(ledger);
        Assert.Equal(20_000_000, ledger.Reports.Build(new ReportQuery()).Total.Units);

        // Made is made: what is wrong later is told and not made again in silence.
        ledger.Tamper("DELETE FROM charge_rollups");
        ledger.Reopen();
        Assert.True(LedgerVerifier.Verify(ledger.File).IsMendedByRollups);
    }

    /// <summary>A ledger of a version that counted an unpriced charge and what took it back as two that wait for a price.</summary>
    [Fact]
    public void Where_an_unpriced_charge_was_taken_back_an_older_ledgers_rollups_are_made_again_by_the_upgrade()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Post(Put("a"), Put("u") with { Resource = "s3" });
        Upgrade();
        Assert.Equal(1, Made());

        var rerater = new Rerater(ledger.File, PriceBook.Parse(PriceYaml.Replace("storage/folder", "s3", StringComparison.Ordinal).Replace("puts-1", "puts-9", StringComparison.Ordinal)), Time);
        foreach (var undone in (long[])[1, 2])
        {
            _ = undone == 1 ? rerater.Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true) : null;
            rerater.Undo(undone, "", apply: true);
        }

        ledger.Tamper("UPDATE charge_rollups SET charges = charges + 2, unpriced = unpriced + 2 WHERE kind = 2");
        Upgrade();
        Assert.Equal(0, Made());
        ledger.Reopen();
        Same(ledger);

        long Made() => ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT made FROM rollup_state"));

        void Upgrade()
        {
            var place = kind == StoreKind.Postgres ? "Postgres." : "";
            using var script = new StreamReader(typeof(LedgerStore).Assembly.GetManifestResourceStream($"Farthing.Ledger.Storage.Migrations.{place}0061_unpriced_taken_back.sql")!);
            ledger.Tamper(script.ReadToEnd());
        }
    }

    [Fact]
    public void Broken_rollups_are_made_again_where_nothing_else_is_broken()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Attempt("render-1", AttemptOutcome.Delivered);
        ledger.Post(Put("a"), Put("b"), Put("c", Noon.AddDays(1)));
        ledger.Tamper("UPDATE charge_rollups SET amount = 'abc'; DELETE FROM render_rollups; UPDATE attempt_rollups SET attempts = 7");
        var (before, after) = LedgerRollups.Rebuild(ledger.File);
        Assert.True(before.IsMendedByRollups);
        Assert.True(after!.IsWhole, string.Join('\n', after.Problems));
        Same(ledger);

        var head = after.Head;
        ledger.Post(Put("late"));
        ledger.Tamper("DELETE FROM charge_rollups; UPDATE charges SET quantity = 2 WHERE id = 'a'");
        (before, after) = LedgerRollups.Rebuild(ledger.File, head);
        Assert.False(before.IsMendedByRollups);
        Assert.Null(after);
        Assert.Equal(0, ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM charge_rollups")));
    }

    [Fact]
    public void A_kind_that_was_changed_is_found()
    {
        using var ledger = new LedgerFixture(kind: kind);
        ledger.Post(Put("a"), Put("b"));
        ledger.Tamper("UPDATE charge_kinds SET tags = 'mine'");
        Assert.False(LedgerVerifier.Verify(ledger.File).IsWhole);
    }

    private static void Do(LedgerFixture ledger, (int What, int Day, int Run, int Render, long Much) step, int i, Lease lease)
    {
        var at = Noon.AddDays(step.Day).AddMicroseconds(i);
        var render = $"r{step.Render}";
        var key = new AttemptKey(lease.RunId, render, 1);
        string[] tags = ["", "x", "y", "x,y"];
        switch (step.What)
        {
            case 0 or 1:
                ledger.Post(Put($"p{i}", at, lease.RunId, tags[step.Render]) with { RenderId = render, Quantity = step.Much });
                break;
            case 2:
                // The same again, or another with the id of one before.
                ledger.Post(Put($"p{i / 2}", at, lease.RunId));
                break;
            case 3:
                ledger.Post(Put($"u{i}", at, lease.RunId) with { Resource = "s3", Quantity = step.Much });
                break;
            case 4 or 5:
                ledger.Post(Work($"w{i}", (Stage)(step.Render + 1), step.Much, lease, tags[step.Render], at) with { Precision = "int8" });
                break;
            case 6 or 7:
                ledger.File.Write(transaction => ledger.Journal.Attempts.Start(transaction, key, null, TagSet.Parse(tags[step.Render]), Noon));
                break;
            case 8:
                ledger.File.Write(transaction =>
                {
                    ledger.Journal.Attempts.Start(transaction, key, null, TagSet.Parse(tags[step.Render]), Noon);
                    ledger.Journal.Attempts.End(transaction, key, (AttemptOutcome)(step.Much % 5), "", at);
                });
                break;
            default:
                ledger.Beat(lease, step.Much, step.Much / 2, at);
                ledger.Reap(lease);
                break;
        }
    }

    private static void Same(LedgerFixture ledger)
    {
        var days = DateOnly.FromDateTime(Noon.UtcDateTime);
        ReportQuery[] scopes =
        [
            new(), new() { RunId = "run-2" }, new() { From = days.AddDays(1), To = days.AddDays(3) }, new() { RunId = "run-1", To = days }, new() { From = days.AddDays(2) },
        ];
        ledger.File.Read(transaction =>
        {
            foreach (var query in scopes.SelectMany(static scope => new[] { scope, scope with { Currency = Currency.Eur } }))
            {
                var scanned = new CostCells();
                try
                {
                    CostScan.ReadCharges(transaction, query, scanned);
                }
                catch (Farthing.Ledger.Storage.LedgerException)
                {
                    // A day without a rate is an error by either way.
                    Assert.Throws<Farthing.Ledger.Storage.LedgerException>(() => CostQuery.Read(transaction, query));
                    continue;
                }

                CostScan.ReadAttempts(transaction, query, scanned);
                var rolled = CostQuery.Read(transaction, query);
                Assert.Equal(Text(scanned.Sums.Select(each => $"{each.Key}: {each.Value.Time} {each.Value.Amount}")), Text(rolled.Sums.Select(each => $"{each.Key}: {each.Value.Time} {each.Value.Amount}")));
                Assert.Equal(Text(scanned.Unpriced.Select(each => $"{each}")), Text(rolled.Unpriced.Select(each => $"{each}")));
                SameRenders(transaction, query);
                SamePeriod(transaction, query);
                Assert.Equal(Text(scanned.Attempts.Select(each => $"{each}")), Text(rolled.Attempts.Select(each => $"{each}")));
            }

            return true;
        });
        var check = LedgerVerifier.Verify(ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
    }

    private static void SameRenders(LedgerTransaction transaction, ReportQuery query)
    {
        foreach (var asked in new[] { query, query with { Tag = "x" } })
        {
            var (rolled, scanned) = (RenderSums.Read(transaction, asked), RenderScan.Read(transaction, asked));
            Assert.Equal((scanned.All, scanned.Delivered, scanned.Dearest), (rolled.All, rolled.Delivered, rolled.Dearest));
            Assert.Equal(scanned.Costs, rolled.Costs);
        }
    }

    private static void SamePeriod(LedgerTransaction transaction, ReportQuery query)
    {
        foreach (var asked in new[] { query, query with { Basis = CostBasis.Marginal } })
        {
            var (rolled, scanned) = (new PeriodUsage(), new PeriodUsage());
            PeriodQuery.ReadCharges(transaction, asked, rolled);
            PeriodScan.ReadCharges(transaction, asked, scanned);
            Assert.Equal(scanned.UnpricedCharges, rolled.UnpricedCharges);
            Assert.Equal(Lines(scanned), Lines(rolled));
        }

        static List<string> Lines(PeriodUsage usage) => Text(usage.Lines.Select(static each => $"{each.Key}: {each.Value.Useful} {each.Value.Wasted} {each.Value.Work} {each.Value.Amount} {each.Value.WastedAmount}"));
    }

    private static List<string> Text(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}

public sealed class RollupsOnSqliteTests() : RollupTests(StoreKind.Sqlite);

public sealed class RollupsOnPostgresTests() : RollupTests(StoreKind.Postgres);
