namespace Farthing.Tests.Diffusion.Tokenizers.Clip;

public sealed class ClipGoldenTests
{
    private static readonly TokenizerCases Cases = new("clip-tokenizer");

    [Fact]
    public void Every_text_has_the_ids_of_the_first_tokenizer() =>
        Cases.AssertSame(LoadedTokenizers.Clip, c => TokenizerCases.Ids(c.GetProperty("ids")), pad: 49407, 77);

    [Fact]
    public void Every_text_has_the_ids_of_the_second_tokenizer() =>
        Cases.AssertSame(
            LoadedTokenizers.Clip2,
            c => TokenizerCases.Ids(c.TryGetProperty("ids_2", out var second) ? second : c.GetProperty("ids")),
            pad: 0,
            77);

    [Fact]
    public void Stored_padded_rows_are_the_same()
    {
        int seen = 0;
        foreach (var sample in Cases.Padded)
        {
            string text = Cases.Text(sample);
            Assert.Equal(TokenizerCases.Ids(sample.GetProperty("padded")), LoadedTokenizers.Clip.Encode(text).Ids.ToArray());
            Assert.Equal(TokenizerCases.Ids(sample.GetProperty("padded_2")), LoadedTokenizers.Clip2.Encode(text).Ids.ToArray());
            seen++;
        }

        Assert.True(seen > 40);
    }

    [Fact]
    public void Length_and_size_come_from_the_files()
    {
        Assert.Equal(77, LoadedTokenizers.Clip.Length);
        Assert.Equal(49408, LoadedTokenizers.Clip.VocabularySize);
    }
}
