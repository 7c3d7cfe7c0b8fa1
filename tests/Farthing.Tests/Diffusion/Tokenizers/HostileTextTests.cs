using CsCheck;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class HostileTextTests
{
    private static readonly string[] Fragments =
    [
        "<|endoftext|>", "<|startoftext|>", "<|ENDOFTEXT|>", "<|", "|>", "!", "'s", "'re", "</s>", "<pad>", "<unk>",
        "<extra_id_", "<extra_id_7>", "▁", "\ud83d", "\udc5f", "\ud83d\udc5f\u200d", "\u0301", "\u0327", "ﬁ",
        "\u1100\u1161\u11a8",
        "İ", "Σ", "\0", "\u0085", "\ufeff", "\u3000", "\r\n", "½", "a", "photo of",
    ];

    // Every UTF-16 unit, unpaired surrogates and control characters among them, mixed with what has a meaning.
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf([.. Fragments.Select(Gen.Const)]),
        Gen.Char.Select(c => c.ToString()),
        Gen.Char[' ', '~'].Select(c => c.ToString()))
        .Array[0, 60].Select(string.Concat);

    [Theory]
    [InlineData("clip")]
    [InlineData("clip2")]
    [InlineData("t5")]
    public void Any_text_gives_ids_within_the_vocabulary_and_of_the_right_length(string name)
    {
        var tokenizer = LoadedTokenizers.Named(name);
        Gen.Select(Texts, Gen.Int[2, 100]).Sample((text, length) =>
        {
            var ids = tokenizer.Encode(text, length);
            Assert.Equal(length, ids.Length);
            Assert.InRange(ids.Count, name == "t5" ? 1 : 2, length);
            Assert.DoesNotContain(ids.Ids.ToArray(), id => id < 0 || id >= tokenizer.VocabularySize);
            Assert.EndsWith(ids.CutText, text, StringComparison.Ordinal);
            Assert.Equal(ids.TruncatedFrom is not null, ids.CutText.Length > 0);
            AssertSame(ids, tokenizer.Encode(text, length));
        });
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("t5")]
    public void A_longer_row_begins_as_the_shorter_one(string name)
    {
        var tokenizer = LoadedTokenizers.Named(name);
        Gen.Select(Texts, Gen.Int[2, 60]).Sample((text, length) =>
        {
            var cut = tokenizer.Encode(text, length);
            var whole = tokenizer.Encode(text, 4000);
            Assert.Equal(whole.Count, cut.TruncatedFrom ?? cut.Count);
            Assert.True(whole.Ids.StartsWith(cut.Ids[..(cut.Count - 1)]));
        });
    }

    // Not as InlineData: an attribute is stored as UTF-8, which has no place for half a pair.
    [Fact]
    public void An_unpaired_surrogate_reads_as_the_replacement_character()
    {
        foreach (string name in (string[])["clip", "clip2", "t5"])
        {
            foreach (string text in (string[])["*", "a*b", "e\u0301*", "*\u0301", "a **"])
            {
                foreach (char half in (char[])['\ud83d', '\udc00'])
                {
                    var expected = LoadedTokenizers.Named(name).Encode(text.Replace('*', '\ufffd'));
                    AssertSame(expected, LoadedTokenizers.Named(name).Encode(text.Replace('*', half)));
                }
            }
        }
    }

    [Fact]
    public void A_megabyte_of_unpaired_surrogates_is_encoded()
    {
        foreach (string name in (string[])["clip", "t5"])
        {
            Assert.Equal(77, LoadedTokenizers.Named(name).Encode(new string('\ud800', 1_000_000), 77).Length);
        }
    }

    // With a merge or a scan that is quadratic in the word's length, each of these takes minutes.
    [Theory]
    [InlineData("clip", "a", 125_003)]
    [InlineData("clip", "\u0301", null)]
    [InlineData("clip", "\u0301\u0327", null)]
    [InlineData("clip", "a ", 500_002)]
    [InlineData("clip", "<|endoftext|>", null)]
    [InlineData("clip2", "!", 1_000_002)]
    [InlineData("t5", "a", null)]
    [InlineData("t5", "中", 3)]
    [InlineData("t5", "\u0301", null)]
    [InlineData("t5", "▁", null)]
    [InlineData("t5", "</s>", 250_001)]
    public void A_megabyte_of_one_thing_is_encoded(string name, string unit, int? tokens)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        var tokenizer = LoadedTokenizers.Named(name);
        var ids = tokenizer.Encode(text, 77);
        Assert.Equal(77, ids.Length);
        if (tokens is { } expected)
        {
            Assert.Equal(expected, ids.TruncatedFrom ?? ids.Count);
        }
    }

    [Fact]
    public void Many_threads_share_one_tokenizer()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"product photo {i} of a glossy red mug, été n°{i * 7}!")];
        foreach (string name in (string[])["clip", "clip2", "t5"])
        {
            var tokenizer = LoadedTokenizers.Named(name);
            TokenIds[] alone = [.. texts.Select(t => tokenizer.Encode(t))];
            Parallel.For(0, 2000, i => AssertSame(alone[i % texts.Length], tokenizer.Encode(texts[i % texts.Length])));
        }
    }

    private static void AssertSame(TokenIds expected, TokenIds actual)
    {
        Assert.Equal(expected.Ids.ToArray(), actual.Ids.ToArray());
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.TruncatedFrom, actual.TruncatedFrom);
    }
}
