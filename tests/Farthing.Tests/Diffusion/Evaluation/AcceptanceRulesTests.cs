using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Evaluation.Metrics;
using static Farthing.Tests.Diffusion.Evaluation.EvaluationPictures;

namespace Farthing.Tests.Diffusion.Evaluation;

public sealed class AcceptanceRulesTests
{
    [Fact]
    public void A_small_drop_passes_every_rule()
    {
        var result = Result(GoodPairs());

        Assert.True(result.Passed);
        Assert.Equal(2.5 * result.CosineDrop.Mean, result.Metrics.ClipDrop.Mean, 12);
    }

    [Fact]
    public void A_mean_within_the_margin_fails_where_its_interval_reaches_beyond()
    {
        // Mean 0.002 · 2.5 = 0.005, but spread so wide that the mean may well be above 0.006.
        var result = Result(Pairs([.. Enumerable.Range(0, 20).Select(static i => i % 2 == 0 ? 0.032 : -0.028)]));

        Assert.True(result.Metrics.ClipDrop.Mean < 0.006);
        Assert.Equal(["clip-drop"], Failed(result));
    }

    [Fact]
    public void A_better_candidate_passes() => Assert.True(Result(Pairs([.. Enumerable.Repeat(-0.1, 20)])).Passed);

    [Fact]
    public void A_wider_margin_passes_what_a_narrow_one_fails()
    {
        var pairs = Pairs([.. Enumerable.Repeat(0.01, 20)]);
        Assert.Equal(["clip-drop"], Failed(Result(pairs)));
        Assert.True(Result(pairs, margin: 0.0251).Passed);
    }

    [Fact]
    public void Each_fault_fails_its_rule_alone()
    {
        Assert.Equal(["not-finite"], Failed(With(static p => p with { CandidateFault = PictureFault.NotFinite })));
        Assert.Equal(["black"], Failed(With(static p => p with { CandidateFault = PictureFault.Black })));
        Assert.Equal(["single-colour"], Failed(With(static p => p with { CandidateFault = PictureFault.SingleColour })));
        Assert.Equal(["product"], Failed(With(static p => p with { ProductPixelsChanged = 1 })));
        Assert.Equal(["reference"], Failed(With(static p => p with { ReferenceFault = PictureFault.NotFinite })));
        Assert.Equal(["pictures"], Failed(Result([.. GoodPairs().Take(19)])));

        // A night scene is dark in both.
        Assert.True(With(static p => p with { ReferenceFault = PictureFault.Black, CandidateFault = PictureFault.Black }).Passed);
    }

    [Fact]
    public void Where_nothing_could_be_measured_nothing_passes()
    {
        var result = Result([.. GoodPairs().Select(static p => p with
        {
            CandidateFault = PictureFault.NotFinite, ClipImageImage = null, ClipCosineReference = null, ClipCosineCandidate = null, Psnr = null, Ssim = null,
        })]);

        Assert.Equal(["clip-drop", "not-finite"], Failed(result));
        Assert.True(double.IsNaN(result.Metrics.Psnr.Mean));
        Assert.NotEmpty(result.ToJson());
    }

    [Fact]
    public void The_worst_come_first()
    {
        var pairs = GoodPairs();
        pairs[7] = pairs[7] with { ClipImageImage = 0.1 };
        pairs[11] = pairs[11] with { ClipImageImage = null };

        Assert.Equal(["p11", "p7"], Result(pairs).WorstFirst.Take(2).Select(static p => p.Id));
    }

    private static EvaluationResult With(Func<PictureResult, PictureResult> change)
    {
        var pairs = GoodPairs();
        pairs[3] = change(pairs[3]);
        return Result(pairs);
    }

    private static IEnumerable<string> Failed(EvaluationResult result) => result.Rules.Where(static rule => !rule.Passed).Select(static rule => rule.Name);
}
