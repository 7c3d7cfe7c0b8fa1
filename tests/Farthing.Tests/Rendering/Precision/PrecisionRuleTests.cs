using CsCheck;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Precision;

namespace Farthing.Tests.Rendering.Precision;

public sealed class PrecisionRuleTests
{
    private static readonly string[] Words = ["hero", "spring", "Hero", "shop"];

    private static Gen<PrecisionRule> Rules { get; } = Gen.Select(
        Gen.Int[-1, 4], Gen.Int[0, 15], static (pixels, tags) => new PrecisionRule
        {
            MinPixels = pixels < 0 ? null : pixels * 100,
            Tags = [.. Words.Where((_, i) => (tags & (1 << i)) != 0)],
            Use = [PrecisionUse.Full],
        });

    private static Gen<(long Pixels, TagSet Tags)> Renders { get; } = Gen.Select(
        Gen.Long[1, 600], Gen.Int[0, 15], static (pixels, tags) => (pixels, TagSet.Parse(string.Join(',', Words.Where((_, i) => (tags & (1 << i)) != 0)))));

    [Fact]
    public void A_rule_fits_where_all_its_conditions_hold() => Gen.Select(Rules, Renders).Sample((rule, render) =>
    {
        string[] tags = render.Tags.Text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        bool expected = render.Pixels >= (rule.MinPixels ?? 0) && (rule.Tags.Count == 0 || rule.Tags.Intersect(tags).Any());
        Assert.Equal(expected, rule.Fits(render.Pixels, render.Tags));
    });

    [Fact]
    public void What_another_rule_covers_never_fits_alone()
    {
        int covered = 0;
        Gen.Select(Rules, Rules, Renders).Sample((upper, lower, render) =>
        {
            if (upper.Covers(lower))
            {
                Interlocked.Increment(ref covered);
                Assert.False(lower.Fits(render.Pixels, render.Tags) && !upper.Fits(render.Pixels, render.Tags));
            }
        });
        Assert.True(covered > 10, $"Only {covered} pairs covered each other.");
    }

    [Theory]
    [InlineData("full", null)]
    [InlineData("FP16", ModelPrecision.Fp16)]
    [InlineData("int8-weights", ModelPrecision.Int8Weights)]
    public void A_precision_is_known_by_its_name(string name, ModelPrecision? precision)
    {
        Assert.True(PrecisionUse.TryParse(name, out var use));
        Assert.Equal(precision, use.Precision);
        Assert.Equal(name, use.ToString(), ignoreCase: true);
    }

    [Fact]
    public void There_is_no_int4() => Assert.False(PrecisionUse.TryParse("int4", out _));
}
