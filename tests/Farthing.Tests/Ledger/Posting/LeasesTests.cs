using CsCheck;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

public abstract class LeasesTests : IDisposable
{
    private readonly StoreKind _kind;
    private readonly LedgerFixture _ledger;

    protected LeasesTests(StoreKind kind)
    {
        _kind = kind;
        _ledger = new LedgerFixture(kind: kind);
        _ledger.Open(Cpu);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_closed_lease_costs_what_its_whole_time_costs()
    {
        Gen.Long[0, 10_000].Array[0, 30].Sample(times =>
        {
            using var ledger = new LedgerFixture(kind: _kind);
            ledger.Open(Cpu);
            ledger.Post(times.Select((time, i) => Work($"w{i}", i % 6 == 5 ? Stage.WarmUp : (Stage)(i % 6), time)));
            var elapsed = times.Sum() + 777;
            Assert.True(ledger.Close(Cpu, elapsed, 700));

            var balance = ledger.Reconcile(Cpu);
            Assert.True(balance.IsBalanced, balance.ToString());
            Assert.Equal((700, 77), (balance.Idle.Microseconds, balance.Lost.Microseconds));
            var whole = PriceBook.Parse(PriceYaml).Prices[0].Price(elapsed * Cpu.Cores);
            Assert.Equal(whole.Units, balance.Posted.Units);
            Assert.Equal(whole.Units, ledger.Reports.Build(new ReportQuery()).Total.Units);
        }, iter: 40);
    }

    [Fact]
    public void A_lease_over_a_change_of_price_balances_at_each()
    {
        var change = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        _ledger.Post(Enumerable.Range(0, 9).Select(i => Work($"w{i}", Stage.Denoise, 1_001, at: change.AddSeconds(i - 4))));
        _ledger.Close(Cpu, 9_009, 0, change.AddMinutes(1));
        Assert.True(_ledger.Reconcile(Cpu).IsBalanced);
        Assert.Equal(["cpu-1", "cpu-2"], _ledger.Entries().Select(entry => entry.Price).Distinct().Order());
    }

    [Fact]
    public void Closing_again_changes_nothing_and_other_times_are_refused()
    {
        _ledger.Post(Work("w", Stage.Vae, 100));
        Assert.True(_ledger.Close(Cpu, 200, 100));
        var entries = _ledger.Entries().Count;
        Assert.False(_ledger.Close(Cpu, 200, 100));
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => _ledger.Close(Cpu, 201, 100)).Fault);
        Assert.Equal(1, _ledger.Post(Work("w", Stage.Vae, 100)).Exists);
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => _ledger.Post(Work("w2", Stage.Vae, 1))).Fault);
        Assert.Equal(entries, _ledger.Entries().Count);
    }

    [Fact]
    public void A_lease_can_not_hold_more_than_it_lasted()
    {
        _ledger.Post(Work("w", Stage.Vae, 100));
        var error = Assert.Throws<LedgerException>(() => _ledger.Close(Cpu, 150, 51));
        Assert.Contains("lease-1", error.Message, StringComparison.Ordinal);
        Assert.False(_ledger.Reconcile(Cpu).IsSettled);
    }

    [Fact]
    public void Idle_time_falls_on_the_day_it_passed()
    {
        _ledger.Post(Work("w", Stage.Vae, 100));
        _ledger.Beat(Cpu, 150, 50);
        _ledger.Beat(Cpu, 400, 300, Noon.AddDays(1));
        _ledger.Close(Cpu, 500, 400, Noon.AddDays(2));
        var report = _ledger.Reports.Build(new ReportQuery { RunId = "run-1" }, ReportGrouping.Day);
        Assert.Equal([150, 250, 100], report.Groups.Select(group => (long)group.Report.TotalTime.Value));
        Assert.True(_ledger.Reconcile(Cpu).IsBalanced);
    }

    [Fact]
    public void A_dead_workers_lease_is_settled_by_its_last_heartbeat_once()
    {
        _ledger.Attempt("r1", null, lease: Cpu.Id);
        _ledger.Attempt("r2", AttemptOutcome.Delivered, lease: Cpu.Id);
        _ledger.Post(Work("w", Stage.Denoise, 100));
        _ledger.Beat(Cpu, 1_000, 300);
        Assert.True(_ledger.Reap(Cpu));
        var entries = _ledger.Entries().Count;
        _ledger.Reopen();
        Assert.False(_ledger.Reap(Cpu));
        Assert.Equal(entries, _ledger.Entries().Count);

        var balance = _ledger.Reconcile(Cpu);
        Assert.True(balance.IsBalanced, balance.ToString());
        Assert.Equal((300, 600), (balance.Idle.Microseconds, balance.Lost.Microseconds));
        var report = _ledger.Reports.Build(new ReportQuery());
        Assert.Equal((1, 1, 0), (report.Attempts.Delivered, report.Attempts.Lost, report.Attempts.Open));
        Assert.Contains(report.Rows, row => row.Stage == Stage.Lost && row.Amount.Units > 0);
        Assert.Empty(_ledger.File.Read(_ledger.Journal.Leases.FindOpen));
    }

    [Fact]
    public void A_worker_that_was_only_slow_is_charged_for_its_work_and_lost_time_is_taken_back()
    {
        _ledger.Attempt("r1", null, lease: Cpu.Id);
        _ledger.Post(Work("w1", Stage.Denoise, 100));
        _ledger.Beat(Cpu, 1_000, 300);
        _ledger.Reap(Cpu);

        _ledger.Post(Work("w2", Stage.Denoise, 500));
        Assert.Equal(100, _ledger.Reconcile(Cpu).Lost.Microseconds);
        Assert.True(_ledger.Reconcile(Cpu).IsBalanced);

        _ledger.Post(Work("w3", Stage.Denoise, 5_000));
        Assert.Equal(0, _ledger.Reconcile(Cpu).Lost.Microseconds);
        Assert.True(_ledger.Reconcile(Cpu).IsBalanced);

        var late = _ledger.File.Write(transaction => _ledger.Journal.Attempts.End(
            transaction, new AttemptKey("run-1", "r1", 1), AttemptOutcome.Delivered, "", Noon));
        Assert.Equal(new OutcomeResult(AttemptOutcome.Lost, IsNew: false, IsAccepted: false), late);

        Assert.True(_ledger.Close(Cpu, 7_000, 1_400));
        var balance = _ledger.Reconcile(Cpu);
        Assert.True(balance.IsBalanced, balance.ToString());
        Assert.Equal((5_600, 1_400, 0), (balance.Stages.Microseconds, balance.Idle.Microseconds, balance.Lost.Microseconds));
    }

    [Fact]
    public void Only_leases_without_a_sign_of_life_are_reaped()
    {
        var other = Cpu with { Id = "lease-2" };
        _ledger.Open(other);
        _ledger.Beat(other, 10, 0, Noon.AddHours(1));
        Assert.Equal(["lease-1"], _ledger.File.Write(transaction => _ledger.Journal.Leases.ReapStale(transaction, Noon.AddMinutes(30))));
        Assert.Equal(["lease-2"], _ledger.File.Read(_ledger.Journal.Leases.FindOpen));
    }

    [Fact]
    public void A_lease_without_a_price_is_reported_as_unpriced()
    {
        var gpu = new Lease("lease-g", "run-1", "card", "gpu/unheard-of", 1, Noon);
        _ledger.Open(gpu);
        _ledger.Post(Work("w", Stage.Denoise, 100, gpu));
        _ledger.Close(gpu, 300, 200);
        var balance = _ledger.Reconcile(gpu);
        Assert.True(balance.IsBalanced);
        Assert.Equal(300, balance.UnpricedQuantity);
        Assert.Equal([300], _ledger.Reports.Build(new ReportQuery()).Unpriced.Select(usage => (int)usage.Quantity));
    }

    [Fact]
    public void Ids_stand_for_one_lease()
    {
        Assert.False(_ledger.File.Write(transaction => _ledger.Journal.Leases.Open(transaction, Cpu)));
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => _ledger.Open(Cpu with { Cores = 3 })).Fault);
        Assert.Equal(LedgerFault.Unknown, Assert.Throws<LedgerException>(() => _ledger.Beat(Cpu with { Id = "no" }, 1, 0)).Fault);
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => _ledger.Beat(Cpu, 1, 2)).Fault);
    }
}

public sealed class LeasesOnSqliteTests() : LeasesTests(StoreKind.Sqlite);

public sealed class LeasesOnPostgresTests() : LeasesTests(StoreKind.Postgres);
