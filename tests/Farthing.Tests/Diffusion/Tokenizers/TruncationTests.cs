namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class TruncationTests
{
    [Theory]
    [InlineData("clip")]
    [InlineData("t5")]
    public void A_text_that_fits_loses_nothing(string name)
    {
        var ids = LoadedTokenizers.Named(name).Encode("a red mug");
        Assert.Null(ids.TruncatedFrom);
        Assert.Equal("", ids.CutText);
        Assert.Equal(0, ids.CutWords);
    }

    [Theory]
    [InlineData("clip", 5, "small red mug", "mug")]
    [InlineData("clip", 4, "small  red\tmug  here ", "mug  here ")]
    [InlineData("clip2", 4, "small wow!!! red", "!!! red")]
    [InlineData("clip", 4, "a mug<|EndOfText|>red mug", "mug<|EndOfText|>red mug")]
    [InlineData("t5", 2, "the the the", "the the")]
    [InlineData("t5", 3, "the\u3000the <extra_id_0> mug", "<extra_id_0> mug")]
    public void The_cut_starts_at_the_first_word_that_did_not_fit(string name, int length, string text, string cut)
    {
        var ids = LoadedTokenizers.Named(name).Encode(text, length);
        Assert.Equal(length, ids.Count);
        if (name == "clip" && length == 5)
        {
            Assert.Null(ids.TruncatedFrom);
        }
        else
        {
            Assert.Equal(cut, ids.CutText);
        }
    }

    [Fact]
    public void A_word_that_is_broken_counts_as_cut()
    {
        const string word = "supercalifragilisticexpialidocious";
        var whole = LoadedTokenizers.Clip.Encode("a " + word);
        Assert.True(whole.Count > 6);
        var ids = LoadedTokenizers.Clip.Encode($"a {word} b", 5);
        Assert.Equal($"{word} b", ids.CutText);
        Assert.Equal(2, ids.CutWords);
        Assert.Equal(whole.Count + 1, ids.TruncatedFrom);
    }

    [Theory]
    [InlineData("clip", 3925)]
    [InlineData("t5", 3969)]
    public void Of_four_thousand_words_the_rest_is_told(string name, int cutWords)
    {
        string text = string.Join(' ', Enumerable.Repeat("the", 4000));
        int length = name == "t5" ? 32 : 77;
        var ids = LoadedTokenizers.Named(name).Encode(text, length);
        Assert.Equal(cutWords, ids.CutWords);
        Assert.Equal(name == "t5" ? 4001 : 4002, ids.TruncatedFrom);
        Assert.EndsWith(ids.CutText, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_copied_to_both_widths()
    {
        var ids = LoadedTokenizers.Clip.Encode("a red mug");
        var narrow = new int[80];
        var wide = new long[77];
        ids.CopyTo(narrow);
        ids.CopyTo(wide);
        Assert.Equal(ids.Ids.ToArray(), narrow[..77]);
        Assert.Equal(narrow[..77].Select(i => (long)i), wide);
        Assert.Equal([0, 0, 0], narrow[77..]);
    }

    [Fact]
    public void A_target_that_is_too_short_is_refused()
    {
        var ids = LoadedTokenizers.Clip.Encode("");
        Assert.Throws<ArgumentException>(() => ids.CopyTo(new int[76]));
        Assert.Throws<ArgumentException>(() => ids.CopyTo(new long[76]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void An_odd_length_is_refused(int length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadedTokenizers.Clip.Encode("a", length));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadedTokenizers.T5.Encode("a", length));
    }
}
