using CsCheck;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Embeddings;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class StemCatalogTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(SampleFiles.Folder, "stems.txt"));
    private static readonly StemCatalog Catalog = StemCatalog.Read(Lines);

    [Fact]
    public void The_samples_are_4000_stems_and_what_the_template_captioner_makes_of_each_is_one_of_their_scenes()
    {
        var scenes = Catalog.Scenes.ToHashSet(StringComparer.Ordinal);
        var captioner = new TemplateCaptioner();

        Assert.Equal(4000, Catalog.Stems);
        Assert.Empty(Catalog.Problems);
        Assert.Equal(scenes.Count, Catalog.Scenes.Count);
        Assert.All(Lines, stem =>
        {
            string scene = captioner.Caption("red mug " + stem).Scene;
            Assert.Contains(scene, scenes);
            Assert.Equal(scene, Catalog.Canonical(scene));
        });
    }

    [Fact]
    public void Order_case_blanks_punctuation_and_the_lead_make_no_other_scene() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1], Gen.Int[0, 23], Gen.Int[0, 2], Gen.Bool, Gen.Bool).Sample((line, order, shape, upper, lead) =>
        {
            string[] parts = [.. Lines[line].Split(", ")];
            var permuted = new List<string>();
            var left = parts.ToList();
            for (int i = left.Count; i > 0; i--)
            {
                permuted.Add(left[order % i]);
                left.RemoveAt(order % i);
                order /= i;
            }

            string text = string.Join(shape switch { 0 => ", ", 1 => " ,", _ => ";  " }, permuted) + (shape == 2 ? "." : "");
            text = (lead ? "An empty scene, " : "") + (upper ? text.ToUpperInvariant() : text);
            Assert.Equal(Catalog.Canonical(Lines[line]), Catalog.Canonical(text));
            Assert.Contains(Catalog.Canonical(text), Catalog.Scenes);
        });

    [Fact]
    public void A_canonical_scene_is_its_own_and_what_is_no_stem_stays_as_it_is() =>
        Gen.String.Sample(text =>
        {
            string once = Catalog.Canonical(text);
            Assert.Equal(once, Catalog.Canonical(once));
            Assert.True(Catalog.Contains(text) || once == text);
        });

    [Theory]
    [InlineData("on sand, the sea")]
    [InlineData("a red mug on sand, trees in the background, overcast light, soft shadows")]
    [InlineData("")]
    public void Less_or_more_than_a_stem_is_none(string text) => Assert.Equal(text, Catalog.Canonical(text));

    [Fact]
    public void Bad_lines_are_named_and_the_words_of_a_taxonomy_of_ones_own_are_kept()
    {
        var catalog = StemCatalog.Read(["# ours", "", "in a sunlit loft, 85mm, f/1.8", "\u0007bell on sand", "12, 34", new string('x', 501), "in a sunlit loft,  85MM, f/1.8"]);

        Assert.Equal([4, 5, 6], catalog.Problems.Select(p => p.Line));
        Assert.Equal(["an empty scene in a sunlit loft, 85mm, f/1.8"], catalog.Scenes);
        Assert.Equal("an empty scene in a sunlit loft, 85mm, f/1.8", catalog.Canonical("85mm, f/1.8, in a sunlit loft"));
        Assert.NotEqual(catalog.Hash, Catalog.Hash);
    }
}
