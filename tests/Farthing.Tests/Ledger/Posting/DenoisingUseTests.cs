using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

public abstract class DenoisingUseTests : IDisposable
{
    private static RenderForm Full { get; } = new("m1", "fp32", 128, 64, 25, 2);
    private readonly LedgerFixture _ledger;

    protected DenoisingUseTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        _ledger.Open(Cpu);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void It_is_the_mean_of_delivered_renders_of_the_same_form()
    {
        Render("a", 100);
        Render("b", 103);
        Render("failed", 9_000, AttemptOutcome.Failed);
        Render("open", 9_000, null);
        foreach (var (other, i) in new[]
        {
            Full with { Model = "m2" }, Full with { Precision = "fp16" }, Full with { Width = 64 }, Full with { Height = 128 }, Full with { Steps = 24 },
            Full with { GuidancePasses = 1 },
        }.Select((other, i) => (other, i)))
        {
            Render($"other-{i}", 9_000, form: other);
        }

        // Two cores: 200 and 206 core-microseconds.
        Assert.Equal(new DenoisingUse(2, 203), Find(Full, "cpu"));
        Assert.Equal(new DenoisingUse(2, 203), Find(Full with { IsForced = true }, "cpu"));
        Assert.Null(Find(Full, "gpu/x"));
        Assert.Null(Find(Full with { Steps = 1 }, "cpu"));
    }

    [Fact]
    public void A_half_is_rounded_to_even_and_other_stages_do_not_count()
    {
        Render("a", 1);
        Render("b", 2);
        Render("c", 3);
        Render("d", 4);
        _ledger.Post(Work("vae", Stage.Vae, 1_000) with { RenderId = "a" });

        Assert.Equal(new DenoisingUse(4, 5), Find(Full, "cpu"));
        Render("e", 1);
        Assert.Equal(new DenoisingUse(5, 4), Find(Full, "cpu"));
    }

    [Fact]
    public void Only_the_latest_renders_count()
    {
        _ledger.File.Write(transaction =>
        {
            for (int i = 0; i < DenoisingUse.MostRenders + 5; i++)
            {
                Render(transaction, $"r{i}", i < 5 ? 9_000_000 : 10, AttemptOutcome.Delivered, Full, Noon.AddSeconds(i));
            }
        });

        Assert.Equal(new DenoisingUse(DenoisingUse.MostRenders, 20), Find(Full, "cpu"));
    }

    private void Render(string id, long microseconds, AttemptOutcome? outcome = AttemptOutcome.Delivered, RenderForm? form = null) =>
        _ledger.File.Write(transaction => Render(transaction, id, microseconds, outcome, form ?? Full, Noon));

    private void Render(
        LedgerTransaction transaction, string id, long microseconds, AttemptOutcome? outcome, RenderForm form, DateTimeOffset at)
    {
        var key = new AttemptKey("run-1", id, 1);
        _ledger.Journal.Attempts.Start(transaction, key, null, TagSet.None, at, form);
        _ledger.Journal.Post(transaction, [Work($"{id}/unet", Stage.Denoise, microseconds) with { RenderId = id }]);
        if (outcome is { } ended)
        {
            _ledger.Journal.Attempts.End(transaction, key, ended, "", at);
        }
    }

    private DenoisingUse? Find(RenderForm form, string resource) => _ledger.File.Read(transaction => DenoisingUse.Find(transaction, form, resource));
}

public sealed class DenoisingUseOnSqliteTests() : DenoisingUseTests(StoreKind.Sqlite);

public sealed class DenoisingUseOnPostgresTests() : DenoisingUseTests(StoreKind.Postgres);
