using System.Text;
using Farthing.Gateway.Wire;
using Farthing.Tests.Goldens;
using Microsoft.ML.Tokenizers;

namespace Farthing.Tests.Gateway.Wire;

public sealed class TokenEstimateTests
{
    private static readonly TiktokenTokenizer Tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Fact]
    public void A_text_is_counted_in_parts_as_it_is_as_a_whole()
    {
        string text = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs", "gateway.md"))[..20_000];
        Assert.Equal(Tokenizer.CountTokens(text), TokenEstimate.OfText(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("z")]
    [InlineData(" ")]
    [InlineData("=")]
    [InlineData("\U0001F600")]
    [InlineData("長")]
    public void One_word_of_half_a_million_signs_is_counted_in_parts(string sign)
    {
        // As one word this would take minutes.
        string word = string.Concat(Enumerable.Repeat(sign, 500_000 / sign.Length));
        Assert.InRange(TokenEstimate.OfText(Encoding.UTF8.GetBytes(word)), 500, 1_000_000);
        Assert.InRange(TokenEstimate.Cut(word + " end", 40).Length, 0, 20_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_500)]
    public void A_text_is_cut_before_a_blank_within_its_limit(int tokens)
    {
        string text = string.Join(' ', Enumerable.Range(0, 3_000).Select(static i => $"word{i % 7}"));
        string cut = TokenEstimate.Cut(text, tokens);
        Assert.StartsWith(cut, text, StringComparison.Ordinal);
        Assert.InRange(Tokenizer.CountTokens(cut), 0, tokens);
        Assert.True(cut.Length == 0 || text[cut.Length] == ' ');
        Assert.True(tokens < 100 || Tokenizer.CountTokens(cut) > tokens - 10);
    }
}
