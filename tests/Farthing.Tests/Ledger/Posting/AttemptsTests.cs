using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

public abstract class AttemptsTests(StoreKind kind) : IDisposable
{
    private static AttemptKey Key { get; } = new("run-1", "r1", 1);
    private readonly LedgerFixture _ledger = new(kind: kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void The_first_outcome_holds()
    {
        _ledger.Attempt("r1", null);
        Assert.Equal(new OutcomeResult(AttemptOutcome.Failed, true, true), End(AttemptOutcome.Failed));
        Assert.Equal(new OutcomeResult(AttemptOutcome.Failed, false, true), End(AttemptOutcome.Failed));
        Assert.Equal(new OutcomeResult(AttemptOutcome.Failed, false, false), End(AttemptOutcome.Delivered));
    }

    [Fact]
    public void What_never_started_can_not_end() =>
        Assert.Equal(LedgerFault.Unknown, Assert.Throws<LedgerException>(() => End(AttemptOutcome.Failed)).Fault);

    [Fact]
    public void A_start_is_recorded_once()
    {
        Assert.True(Start("a, b"));
        Assert.False(Start("b;a"));
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => Start("c")).Fault);
    }

    [Fact]
    public void What_it_is_drawn_with_is_recorded_with_the_start()
    {
        var form = new RenderForm("m1", "int8", 128, 64, 25, 2) { IsForced = true };
        Assert.True(Start("a", form));
        Assert.False(Start("a", form with { }));
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => Start("a", form with { Precision = "fp32" })).Fault);
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => Start("a", form with { IsForced = false })).Fault);
        Assert.Equal(LedgerFault.Conflict, Assert.Throws<LedgerException>(() => Start("a")).Fault);
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => Start("a", form with { Steps = 0 })).Fault);
    }

    private bool Start(string tags, RenderForm? form = null) =>
        _ledger.File.Write(transaction => _ledger.Journal.Attempts.Start(transaction, Key, null, TagSet.Parse(tags), Noon, form));

    private OutcomeResult End(AttemptOutcome outcome) =>
        _ledger.File.Write(transaction => _ledger.Journal.Attempts.End(transaction, Key, outcome, "", Noon));
}

public sealed class AttemptsOnSqliteTests() : AttemptsTests(StoreKind.Sqlite);

public sealed class AttemptsOnPostgresTests() : AttemptsTests(StoreKind.Postgres);
