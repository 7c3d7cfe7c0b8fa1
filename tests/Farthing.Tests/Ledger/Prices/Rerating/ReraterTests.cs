using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Export;
using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Prices.Rerating;

public abstract class ReraterTests(StoreKind kind) : IDisposable
{
    private static readonly FakeTimeProvider Time = new(LedgerFixture.Noon.AddDays(60));
    private static readonly DateTimeOffset From = LedgerFixture.Noon.AddDays(-1);
    private static readonly DateTimeOffset To = LedgerFixture.Noon.AddDays(1);
    private readonly LedgerFixture _ledger = new(kind: kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_dry_run_says_by_stage_what_an_apply_does_and_keeps_nothing()
    {
        _ledger.Post(LedgerFixture.Put("p1"), LedgerFixture.Put("p2"), LedgerFixture.Put("unknown") with { Resource = "s3" });
        var rerater = Rerater("0.006", "s3");
        var trial = rerater.Run(From, To, "", apply: false);
        Assert.Equal(4, _ledger.Entries().Count);
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
        var stage = Assert.Single(trial.Stages);
        Assert.Equal((Stage.FinishAndStore, 3L, 1L, 10_000_000L, 18_000_000L), (stage.Stage, stage.Charges, stage.Priced, (long)stage.Before.Units, (long)stage.After.Units));
        var done = rerater.Run(From, To, "", apply: true);
        Assert.Equal(trial.Stages, done.Stages);
        Assert.Equal(1, done.Number);
        Assert.Equal(18_000_000, Total());
        Assert.Empty(new PriceStore(_ledger.File, Time).Unpriced());
    }

    [Fact]
    public void Done_again_it_changes_nothing()
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        Rerater("0.006").Run(From, To, "", apply: true);
        var entries = _ledger.Entries().Count;
        var again = Rerater("0.006").Run(From, To, "", apply: true);
        Assert.Equal((null, 0, 1L), (again.Number, again.Stages.Count, again.Unchanged));
        Assert.Equal(entries, _ledger.Entries().Count);
    }

    [Fact]
    public void Every_correction_is_linked_and_every_group_sums_to_zero()
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        Rerater("0.006").Run(From, To, "", apply: true);
        Assert.All(_ledger.Entries().GroupBy(static entry => entry.Charge), static group => Assert.Equal(0, group.Sum(static entry => entry.Amount)));
        Assert.Equal(["puts-1", "puts-1", "puts-0.006"], _ledger.Entries().Where(static entry => entry.Account == "expense:finish").OrderBy(static entry => entry.Charge).Select(static entry => entry.Price));
        Assert.Equal(["reversal 1", "replacement 1"], _ledger.File.Read(transaction => transaction.Query<string>(
            "SELECT kind || ' ' || original FROM corrections ORDER BY charge_seq").ToList()));
    }

    [Theory]
    [InlineData("UPDATE reratings SET reason = 'mine'", "reratings 1 ('1') was changed")]
    [InlineData("UPDATE corrections SET kind = 'priced'", "corrections '2, 1' was changed")]
    [InlineData("DELETE FROM corrections", "rows are missing, doubled or added")]
    [InlineData("UPDATE period_closings SET through = 0", "period_closings 1 ('1') was changed")]
    [InlineData("DELETE FROM period_closings", "rows are missing, doubled or added")]
    public void Corrections_and_closings_are_part_of_the_chain_and_append_only(string sql, string found)
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        Rerater("0.006").Run(From, To, "", apply: true);
        new PeriodClosing(_ledger.File, Time).CloseThrough(DateOnly.FromDateTime(LedgerFixture.Noon.UtcDateTime), "invoice 7");
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));

        Assert.Equal(LedgerFault.AppendOnly, Assert.Throws<LedgerException>(() => _ledger.File.Write(transaction => transaction.Execute(sql))).Fault);
        _ledger.Tamper(sql);
        Assert.Contains(found, string.Join('\n', LedgerVerifier.Verify(_ledger.File).Problems), StringComparison.Ordinal);
    }

    /// <summary>What the chain alone would not tell from what was posted: whoever writes it anew hashes the row as it now is.</summary>
    [Theory]
    [InlineData("UPDATE corrections SET kind = 'priced' WHERE kind = 'replacement'", "gives a charge its first price, but is of two.")]
    [InlineData("UPDATE corrections SET original = 2 WHERE kind = 'reversal'", "does not take back its original, the charge 2.")]
    [InlineData("UPDATE corrections SET original = 2 WHERE kind = 'replacement'", "does not use what its original, the charge 2, used.")]
    [InlineData("UPDATE corrections SET original = 99 WHERE kind = 'reversal'", "is of the charge 99, which is not there.")]
    [InlineData("UPDATE corrections SET rerating = 99 WHERE kind = 'reversal'", "is of the re-rating 99, which is not there.")]
    [InlineData("DELETE FROM corrections WHERE kind = 'replacement'", "stands without the other")]
    [InlineData("INSERT INTO corrections SELECT charge_seq, original, kind, 2, link, chk FROM corrections WHERE charge_seq = 3", "takes back what was taken back already.")]
    [InlineData("UPDATE transfers SET amount = amount + 1 WHERE charge_seq = 3", "does not take back its original, the charge 1.")]
    [InlineData("UPDATE charges SET quantity = 7 WHERE seq = 4", "does not use what its original, the charge 1, used.")]
    public void A_correction_that_corrects_nothing_is_found(string sql, string found)
    {
        _ledger.Post(LedgerFixture.Put("p1"), LedgerFixture.Put("p2", LedgerFixture.Noon.AddDays(9)) with { Quantity = 2 });
        Rerater("0.006").Run(From, To, "", apply: true);
        Rerater("0.006").Run(LedgerFixture.Noon.AddDays(8), LedgerFixture.Noon.AddDays(10), "", apply: true);
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
        _ledger.Tamper(sql);
        Assert.Contains(found, string.Join('\n', LedgerVerifier.Verify(_ledger.File).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_period_is_neither_re_rated_nor_posted_to()
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        var closing = new PeriodClosing(_ledger.File, Time);
        Assert.Null(closing.OpenFrom());
        closing.CloseThrough(DateOnly.FromDateTime(LedgerFixture.Noon.UtcDateTime), "invoice 7");
        Assert.Equal(LedgerFault.Closed, Assert.Throws<LedgerException>(() => Rerater("0.006").Run(From, To, "", apply: true)).Fault);
        Assert.Equal(LedgerFault.Closed, Assert.Throws<LedgerException>(() => _ledger.Post(LedgerFixture.Put("late"))).Fault);
        Assert.Equal(1, _ledger.Post(LedgerFixture.Put("p1")).Exists);
        Assert.Equal(1, _ledger.Post(LedgerFixture.Put("next", LedgerFixture.Noon.AddDays(1))).Posted);
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => closing.CloseThrough(DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime), "")).Fault);
    }

    [Fact]
    public void A_quantity_that_no_amount_holds_stays_as_it_is_and_keeps_no_other_from_its_price()
    {
        var huge = LedgerFixture.Put("huge") with { Resource = "s3", Quantity = long.MaxValue };
        _ledger.Post(LedgerFixture.Put("p1"), huge, huge with { Id = "small", Quantity = 2 });
        var done = Rerater("0.006", "s3").Run(From, To, "", apply: true);
        Assert.Equal(18_000_000, Total());
        Assert.Contains($"'huge': {long.MaxValue} of puts", Assert.Single(done.TooLarge), StringComparison.Ordinal);
        Assert.Equal(long.MaxValue, Assert.Single(new PriceStore(_ledger.File, Time).Unpriced()).Usage.Quantity);
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
        Rerater("0.006", "s3").Undo(done.Number!.Value, "", apply: true);
        Assert.Equal(5_000_000, Total());
    }

    [Fact]
    public void A_re_rating_is_undone_once_and_in_order()
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        Rerater("0.006").Run(From, To, "", apply: true);
        Rerater("0.007").Run(From, To, "", apply: true);
        Assert.Contains("Undo that one first", Assert.Throws<LedgerException>(() => Rerater("0.007").Undo(1, "", apply: true)).Message, StringComparison.Ordinal);
        Rerater("0.007").Undo(2, "", apply: true);
        Assert.Equal(6_000_000, Total());
        Assert.Contains("undone already", Assert.Throws<LedgerException>(() => Rerater("0.007").Undo(2, "", apply: true)).Message, StringComparison.Ordinal);
        Assert.Equal(LedgerFault.Unknown, Assert.Throws<LedgerException>(() => Rerater("0.007").Undo(9, "", apply: true)).Fault);
    }

    [Fact]
    public void What_an_undone_re_rating_left_without_a_price_is_priced_by_the_next_one_and_that_is_undone_too()
    {
        _ledger.Post(LedgerFixture.Put("unknown") with { Resource = "s3" });
        Rerater("0.006", "s3").Run(From, To, "", apply: true);
        Rerater("0.006", "s3").Undo(1, "", apply: true);
        Assert.Equal(0, Total());
        var again = Rerater("0.007", "s3").Run(From, To, "", apply: true);
        Assert.Equal(7_000_000, Total());
        Rerater("0.007", "s3").Undo(again.Number!.Value, "", apply: true);
        Assert.Equal(0, Total());
        Assert.Equal(1, Assert.Single(new PriceStore(_ledger.File, Time).Unpriced()).Usage.Quantity);
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
    }

    [Fact]
    public void A_re_rating_is_undone_where_all_that_were_built_on_it_are()
    {
        _ledger.Post(LedgerFixture.Put("p1"));
        Rerater("0.006").Run(From, To, "", apply: true);
        Rerater("0.007").Run(From, To, "", apply: true);
        Rerater("0.007").Undo(2, "", apply: true);

        // The second one again, by an undo of its undo: that is what must go now.
        Rerater("0.007").Undo(3, "", apply: true);
        Assert.Equal(7_000_000, Total());
        Assert.Contains("The re-rating 4 changed what the re-rating 1 made", Assert.Throws<LedgerException>(() => Rerater("0.007").Undo(1, "", apply: true)).Message, StringComparison.Ordinal);
        Rerater("0.007").Undo(4, "", apply: true);
        Assert.Equal(6_000_000, Total());
        Rerater("0.007").Undo(1, "", apply: true);
        Assert.Equal(5_000_000, Total());
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
    }

    [Fact]
    public void An_undo_is_not_undone_while_another_re_rating_prices_what_it_left_without_a_price()
    {
        _ledger.Post(LedgerFixture.Put("unknown") with { Resource = "s3" });
        Rerater("0.006", "s3").Run(From, To, "", apply: true);
        Rerater("0.006", "s3").Undo(1, "", apply: true);
        Rerater("0.007", "s3").Run(From, To, "", apply: true);
        Assert.Contains("The re-rating 3 changed what the re-rating 2 made", Assert.Throws<LedgerException>(() => Rerater("0.007").Undo(2, "", apply: true)).Message, StringComparison.Ordinal);
        Rerater("0.007", "s3").Undo(3, "", apply: true);
        Rerater("0.007", "s3").Undo(2, "", apply: true);
        Assert.Equal(6_000_000, Total());
        Assert.Empty(new PriceStore(_ledger.File, Time).Unpriced());
    }

    [Fact]
    public async Task A_first_price_that_was_taken_back_and_given_again_leaves_nothing_that_waits_for_a_price()
    {
        _ledger.Post(LedgerFixture.Put("unknown") with { Resource = "s3" });
        Rerater("0.006", "s3").Run(From, To, "", apply: true);
        Rerater("0.006", "s3").Undo(1, "", apply: true);
        Assert.Equal(1, await UnpricedOfExport());
        Rerater("0.006", "s3").Undo(2, "", apply: true);
        Assert.Equal(6_000_000, Total());
        Assert.Empty(new PriceStore(_ledger.File, Time).Unpriced());
        Assert.Empty(_ledger.Reports.Build(new ReportQuery()).Unpriced);
        Assert.Equal(0, await UnpricedOfExport());
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));

        async Task<long> UnpricedOfExport()
        {
            using var stream = new MemoryStream();
            return (await new FocusExport(_ledger.File).WriteAsync(new ReportQuery(), new FocusIdentity(), stream, FocusFileType.Csv, TestContext.Current.CancellationToken)).Unpriced;
        }
    }

    [Fact]
    public async Task An_export_of_a_re_rated_batch_still_sums()
    {
        _ledger.Open(LedgerFixture.Cpu);
        _ledger.Post(BatchSplit.Facts(LedgerFixture.Cpu, "b", Stage.Denoise, LedgerFixture.Noon, new DeviceTime(1001), [new("r1", 1, 2, 100, 2, TagSet.None), new("r2", 1, 1, 100, 2, TagSet.None)]));
        Rerater("0.005", cpu: "0.09").Run(From, To, "", apply: true);
        using var stream = new MemoryStream();
        var done = await new FocusExport(_ledger.File).WriteAsync(new ReportQuery(), new FocusIdentity(), stream, FocusFileType.Csv, TestContext.Current.CancellationToken);
        Assert.Equal((6L, Total()), (done.Rows, (long)done.Billed.Units));
    }

    [Theory]
    [InlineData(1, 0, 3_000_000, 3)]
    [InlineData(1, 60, 3_000_000, 60)]
    [InlineData(3600, 0, 3_000_001, 3600)]
    [InlineData(1, 0, 3_000_001, 4)]
    [InlineData(0, 0, 3_000_001, 0)]
    public void A_lease_is_billed_by_its_terms(long increment, long minimum, long used, long billedSeconds)
    {
        using var ledger = new LedgerFixture(
            $$"""
            prices:
              - { id: gpu-1, resource: gpu/x, meter: device-time, unit: gpu-hour, usd: "3.6", from: 2026-01-01, increment_s: {{increment}}, minimum_s: {{minimum}} }
            """,
            kind);
        var lease = new Lease("l", "run-1", "d", "gpu/x", 1, LedgerFixture.Noon);
        ledger.Open(lease);
        ledger.Post(LedgerFixture.Work("w", Stage.Denoise, used - 100, lease));
        ledger.Close(lease, used, 100);
        var balance = ledger.Reconcile(lease);
        Assert.True(balance.IsBalanced);
        Assert.Equal(billedSeconds == 0 ? used * 1000 : billedSeconds * 1_000_000_000, (long)balance.Posted.Units);
        Assert.Equal(new DeviceTime(used), balance.Elapsed);
    }

    [Fact]
    public void Re_rated_and_undone_nothing_is_left_whatever_was_posted() =>
        Gen.Select(Gen.Long[1, 1_000_000_000].Array[1, 6], Gen.Int[0, 3].Array[0, 4], Gen.Long[0, 99_999], Gen.Bool).Sample((work, puts, price, isClosed) =>
        {
            using var ledger = new LedgerFixture(kind: kind);
            ledger.Open(LedgerFixture.Cpu);
            ledger.Post(work.Select(static (time, i) => LedgerFixture.Work($"w{i}", (Stage)(i % 4), time)));
            ledger.Post(puts.Select(static (kind, i) => LedgerFixture.Put($"p{i}") with { Resource = kind == 0 ? "s3" : "storage/folder" }));
            if (isClosed)
            {
                ledger.Close(LedgerFixture.Cpu, work.Sum() + 777, 333);
            }

            var before = Picture(ledger);
            var rerater = new Rerater(ledger.File, Book($"0.{price:D5}", "s3", $"0.{price:D5}1"), Time);
            var done = rerater.Run(From, To, "", apply: true);
            var after = ledger.Reports.Build(new ReportQuery { Basis = CostBasis.Loaded }).Total.Units;
            Assert.Equal(done.Difference.Units, after - before.Total);
            if (isClosed)
            {
                // The journal was opened before the new prices were known.
                Assert.True(ledger.Reconcile(LedgerFixture.Cpu).IsBalanced);
            }

            if (done.Number is { } number)
            {
                Assert.Equal(-done.Difference.Units, rerater.Undo(number, "", apply: true).Difference.Units);
            }

            Assert.Equal(before, Picture(ledger));
            var check = LedgerVerifier.Verify(ledger.File);
            Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        }, iter: kind == StoreKind.Sqlite ? 60 : 15);

    /// <summary>Prices, re-ratings, undos and undos of undos: whatever is taken back in the order of a stack brings every sum back.</summary>
    [Fact]
    public void Undone_from_the_last_to_the_first_any_re_ratings_leave_the_first_sums() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 3], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Bool).Array[1, 8]).Sample((puts, steps) =>
        {
            using var ledger = new LedgerFixture(kind: kind);
            ledger.Open(LedgerFixture.Cpu);
            ledger.Post(LedgerFixture.Work("w", Stage.Denoise, 1_234_567));
            ledger.Post(puts.Select(static (kind, i) => LedgerFixture.Put($"p{i}") with { Resource = kind == 0 ? "s3" : "storage/folder" }));
            ledger.Close(LedgerFixture.Cpu, 2_000_000, 333);
            var applied = new Stack<(long Number, (Int128, string) Before)>([]);
            var first = Picture(ledger);
            foreach (var (what, price, hasMore) in steps)
            {
                var rerater = new Rerater(ledger.File, Book($"0.00{price}", hasMore ? "s3" : "other", $"0.0{price + 1}"), Time);
                var now = Picture(ledger);
                if (what < 2)
                {
                    Push(rerater.Run(From, To, "", apply: true).Number, now);
                }
                else if (applied.TryPop(out var last))
                {
                    var undo = rerater.Undo(last.Number, "", apply: true).Number;
                    Assert.Equal(last.Before, Picture(ledger));
                    if (what == 3)
                    {
                        Push(rerater.Undo(undo!.Value, "", apply: true).Number, last.Before);
                        Assert.Equal(now, Picture(ledger));
                    }
                }
            }

            while (applied.TryPop(out var last))
            {
                new Rerater(ledger.File, Book("0.009", "other", "0.09"), Time).Undo(last.Number, "", apply: true);
                Assert.Equal(last.Before, Picture(ledger));
            }

            Assert.Equal(first, Picture(ledger));
            var check = LedgerVerifier.Verify(ledger.File);
            Assert.True(check.IsWhole, string.Join('\n', check.Problems));

            void Push(long? number, (Int128, string) before)
            {
                if (number is { } posted)
                {
                    applied.Push((posted, before));
                }
            }
        }, iter: kind == StoreKind.Sqlite ? 60 : 15);

    /// <summary>All that a report says: money by stage, time, what is unpriced, and every account's balance.</summary>
    private static (Int128 Total, string Text) Picture(LedgerFixture ledger)
    {
        var report = ledger.Reports.Build(new ReportQuery());
        var accounts = ledger.Entries().GroupBy(static entry => entry.Account).Select(static group => $"{group.Key}={group.Sum(static entry => entry.Amount)}")
            .Where(static text => !text.EndsWith("=0", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var unpriced = new PriceStore(ledger.File, Time).Unpriced().Select(static each => $"{each.Usage.Resource}:{each.Usage.Charges}:{each.Usage.Quantity}")
            .Concat(report.Unpriced.Select(static usage => $"{usage.Resource}={usage.Charges}={usage.Quantity}"));
        return (ledger.Reports.Build(new ReportQuery { Basis = CostBasis.Loaded }).Total.Units, string.Join(' ', report.Rows.Select(static row => $"{row.Stage}:{row.Time.Value}:{row.Amount.Units}").Concat(accounts).Concat(unpriced)));
    }

    private static PriceBook Book(string puts, string more, string cpu) => PriceBook.Parse(
        $$"""
        prices:
          - { id: "cpu-{{cpu}}", resource: cpu, meter: device-time, unit: core-hour, usd: "{{cpu}}", from: 2026-01-01 }
          - { id: "puts-{{puts}}", resource: storage/folder, meter: puts, unit: thousand-operations, usd: "{{puts}}", from: 2026-01-01 }
          - { id: "{{more}}-{{puts}}", resource: {{more}}, meter: puts, unit: thousand-operations, usd: "{{puts}}", from: 2026-01-01 }
        """);

    private Rerater Rerater(string puts, string more = "other", string cpu = "0.048") => new(_ledger.File, Book(puts, more, cpu), Time);

    private long Total() => (long)_ledger.Reports.Build(new ReportQuery()).Total.Units;
}

public sealed class ReraterOnSqliteTests() : ReraterTests(StoreKind.Sqlite);

public sealed class ReraterOnPostgresTests() : ReraterTests(StoreKind.Postgres);
