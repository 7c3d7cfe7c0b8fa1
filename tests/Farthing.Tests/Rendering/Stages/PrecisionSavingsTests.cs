using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Precision;
using Farthing.Rendering.Stages;
using Farthing.Tests.Goldens;
using Farthing.Tests.Ledger;
using Farthing.Tests.Rendering.Precision;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Rendering.Stages;

public sealed class PrecisionSavingsTests : IDisposable
{
    private static readonly RenderForm Form = new("quantized", "int8", 128, 128, 25, 2);
    private readonly LedgerFixture _ledger = new();
    private readonly PrecisionFolder _folder = new();

    public PrecisionSavingsTests() => _ledger.Open(Cpu);

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_avoided_is_the_mean_at_full_precision_less_what_it_took()
    {
        Full("a", 1_000);
        Full("b", 2_000);

        // Two cores: 3,000 core-µs at full precision, 800 × 2 here.
        var (memos, notes) = Of(800);

        var memo = Assert.Single(memos);
        Assert.Equal((1_400L, SavingsKind.Int8, Stage.Denoise, "cpu"), (memo.Quantity, memo.Kind, memo.Stage, memo.Resource));
        Assert.StartsWith("mean of 2 fp32 renders in this ledger, 128×128, 25 steps, 2 passes a step: 3000 core-µs of cpu", memo.Evidence, StringComparison.Ordinal);
        Assert.Empty(notes);
        _ledger.Record(memos);
    }

    [Theory]
    [InlineData(1_500)]
    [InlineData(1_501)]
    public void What_took_as_long_or_longer_saved_nothing_and_is_told(long microseconds)
    {
        Full("a", 1_500);

        var (memos, notes) = Of(microseconds);

        Assert.Empty(memos);
        Assert.StartsWith("1 render at int8 took no less than at full precision", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_evidence_there_is_no_memo_and_that_is_told()
    {
        Full("other steps", 1_000, Form with { Steps = 24 });

        var (memos, notes) = Of(800);

        Assert.Empty(memos);
        Assert.Contains("no full-precision render of the same model, size, steps and guidance to hold against (128×128, 25 steps", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_acceptance_record_is_evidence_for_its_own_shape_alone()
    {
        // 0.3 s against 0.2 s: 800 × 2 core-µs stand for 2,400.
        var memo = Assert.Single(Of(800, accepted: true).Memos);
        Assert.Equal(800, memo.Quantity);
        Assert.StartsWith("acceptance record of 2026-11-20, 128×128, 25 steps, 2 passes a step: 300000 µs a render at fp32, 200000 µs at int8", memo.Evidence, StringComparison.Ordinal);

        Assert.Empty(Of(800, accepted: true, form: Form with { Width = 64 }).Memos);
        Assert.Empty(Of(800, accepted: true, form: Form with { GuidancePasses = 1 }).Memos);

        Full("a", 1_000);
        Assert.Equal(400, Assert.Single(Of(800, accepted: true).Memos).Quantity);
    }

    [Fact]
    public void Full_precision_saves_nothing()
    {
        Full("a", 1_000);

        var (memos, notes) = Of(800, precision: ModelPrecision.Fp32);

        Assert.Empty(memos);
        Assert.Empty(notes);
    }

    private (IReadOnlyList<SavingsMemo> Memos, IReadOnlyList<string> Notes) Of(
        long microseconds, bool accepted = false, RenderForm? form = null, ModelPrecision precision = ModelPrecision.Int8)
    {
        var savings = new PrecisionSavings(new DenoisingReference("full"));
        var model = new RenderModel(ModelDirectory.Open(Golden.DemoModel), precision, "quantized") { Acceptance = accepted ? _folder.Record() : null };
        var job = new RenderJob
        {
            RenderId = "render-1",
            Id = "row-1",
            Line = 2,
            Prompt = "p",
            ProductPath = null,
            NegativePrompt = null,
            Seed = 1,
            Shape = new JobShape(128, 128, 25, 5, HasProduct: false),
            Tags = TagSet.None,
            Model = model,
            Form = form ?? Form,
        };
        UsageFact[] facts =
        [
            Work("d0", Stage.Denoise, microseconds - 1), Work("d1", Stage.Denoise, 1), Work("v", Stage.Vae, 77),
            Work("other", Stage.Denoise, 9_999) with { RenderId = "render-2" },
        ];
        return (_ledger.File.Read(transaction => savings.Of(transaction, [new RenderItem(job, 1)], facts)), savings.Notes);
    }

    private void Full(string render, long microseconds, RenderForm? form = null)
    {
        _ledger.Attempt(render, AttemptOutcome.Delivered, form: (form ?? Form) with { Model = "full", Precision = "fp32" });
        _ledger.Post(Work(render + "/unet", Stage.Denoise, microseconds) with { RenderId = render });
    }
}
