namespace Farthing.Tests.Diffusion.Tokenizers.T5;

public sealed class T5GoldenTests
{
    private static readonly TokenizerCases Cases = new("t5-tokenizer");

    [Fact]
    public void Every_text_has_the_ids() =>
        Cases.AssertSame(LoadedTokenizers.T5, c => TokenizerCases.Ids(c.GetProperty("ids")), pad: 0, 77, 256);

    [Fact]
    public void Stored_padded_rows_are_the_same()
    {
        int seen = 0;
        foreach (var sample in Cases.Padded)
        {
            foreach (int length in (int[])[77, 256])
            {
                if (sample.TryGetProperty($"padded_{length}", out var padded))
                {
                    Assert.Equal(
                        TokenizerCases.Ids(padded),
                        LoadedTokenizers.T5.Encode(Cases.Text(sample), length).Ids.ToArray());
                    seen++;
                }
            }
        }

        Assert.True(seen > 35);
    }

    [Fact]
    public void Length_and_size_come_from_the_files()
    {
        Assert.Equal(512, LoadedTokenizers.T5.Length);
        Assert.Equal(2100, LoadedTokenizers.T5.VocabularySize);
    }

    // The Rust library looks a short grapheme up whole, takes the first prefix that the map has, and drops the rest.
    [Fact]
    public void An_accent_after_a_ligature_is_lost_as_in_the_reference() =>
        Assert.Equal(LoadedTokenizers.T5.Encode("fi").Ids.ToArray(), LoadedTokenizers.T5.Encode("\uFB01\u0301").Ids.ToArray());

    [Theory]
    [InlineData("a▁b", "a b")]
    [InlineData("▁a", "a")]
    public void A_word_mark_in_the_text_starts_a_word(string marked, string spaced) =>
        Assert.Equal(LoadedTokenizers.T5.Encode(spaced).Ids.ToArray(), LoadedTokenizers.T5.Encode(marked).Ids.ToArray());
}
