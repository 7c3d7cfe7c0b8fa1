using Farthing.Diffusion.Tokenizers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class DemoTokenizerTests
{
    private const string Prompt = "Product photo of a glossy red mug, on a marble table, 'soft' window light!";
    private const int Begin = 2046;
    private const int End = 2047;

    [Theory]
    [InlineData("tokenizer", End)]
    [InlineData("tokenizer_2", 0)]
    public void Clip_rows_fit_the_text_encoders(string name, int pad)
    {
        var tokenizer = Load(name);
        var ids = tokenizer.Encode(Prompt);
        Assert.Equal(2048, tokenizer.VocabularySize);
        Assert.Equal(77, ids.Length);
        Assert.Equal(Begin, ids.Ids[0]);
        Assert.Equal(End, ids.Ids[ids.Count - 1]);
        Assert.True(ids.Count is > 15 and < 77);
        Assert.Equal(-1, ids.Ids[ids.Count..].IndexOfAnyExcept(pad));
        Assert.DoesNotContain(ids.Ids[1..(ids.Count - 1)].ToArray(), id => id is < 0 or >= Begin);
    }

    [Fact]
    public void The_pad_token_as_a_plain_string_is_special_in_the_second_only()
    {
        var first = Load("tokenizer").Encode("mug!", 4);
        var second = Load("tokenizer_2").Encode("mug!", 4);
        Assert.Equal([Begin, first.Ids[1], 256, End], first.Ids.ToArray());
        Assert.Equal([Begin, first.Ids[1], 0, End], second.Ids.ToArray());
    }

    [Fact]
    public void T5_rows_fit_the_third_text_encoder()
    {
        var tokenizer = Load("tokenizer_3");
        var ids = tokenizer.Encode(Prompt);
        Assert.Equal(1000, tokenizer.VocabularySize);
        Assert.Equal(32, ids.Length);
        Assert.Equal(1, ids.Ids[ids.Count - 1]);
        Assert.DoesNotContain(ids.Ids.ToArray(), id => id is < 0 or >= 1000);
        Assert.Equal(-1, ids.Ids[ids.Count..].IndexOfAnyExcept(0));
    }

    [Fact]
    public void Without_extra_ids_a_sentinel_is_plain_text() =>
        Assert.DoesNotContain(Load("tokenizer_3").Encode("<extra_id_0>").Ids.ToArray(), id => id >= 1000);

    private static ITextTokenizer Load(string name) => TokenizerDirectory.Load(Path.Combine(Golden.DemoModel, name));
}
