using System.Text;
using CsCheck;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class OddFilesTests
{
    private const string Config = "tokenizer_config.json";
    private const string ClipConfig =
        """{"model_max_length": 77, "bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "!"}""";

    [Fact]
    public void A_directory_that_is_not_there_is_told()
    {
        var error = Assert.Throws<TokenizerFilesException>(() => TokenizerDirectory.Load("no/such/tokenizer"));
        Assert.Contains("does not exist", Assert.Single(error.Problems), StringComparison.Ordinal);
        Assert.Contains("no/such/tokenizer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_vocabulary_says_which_files_to_copy()
    {
        using var folder = TokenizerFolder.Demo("tokenizer")
            .Without("vocab.json").Without("merges.txt").Write("tokenizer.json", "{}");
        string problem = Assert.Single(ProblemsOf(folder));
        Assert.Contains("spiece.model", problem, StringComparison.Ordinal);
        Assert.Contains("merges.txt", problem, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json alone is not read", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    [InlineData(Config)]
    public void A_missing_file_is_named(string name)
    {
        using var folder = TokenizerFolder.Demo("tokenizer").Without(name);
        Assert.Contains(ProblemsOf(folder), p => p.StartsWith($"{name} is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        using var folder = TokenizerFolder.Demo("tokenizer")
            .Without("special_tokens_map.json")
            .Edit("merges.txt", text => text + "one\nl i\nqqq zzz\n")
            .Edit("vocab.json", text => text.Replace("\"!\": 0", "\"!\": -3", StringComparison.Ordinal))
            .Write(Config, """
                {"model_max_length": 1e30, "tokenizer_class": "BertTokenizer", "padding_side": "left", "bos_token": 7,
                 "eos_token": "<end>", "added_tokens_decoder": {"x": {}, "2147483647": {"content": "<big>"},
                 "5": {"content": "a", "single_word": true}}}
                """);
        var problems = ProblemsOf(folder);
        foreach (string part in (string[])
            ["'!' has no id", "is not two tokens", "qqq zzz", "is there twice", "model_max_length is 1e30", "BertTokenizer",
                "padding_side", "bos_token is 7", "'<end>'", "pad_token is missing", "\"x\" is not an id",
                "\"2147483647\" is not an id", "single_word", "whose id in the vocabulary is 64"])
        {
            Assert.Contains(problems, p => p.Contains(part, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Many_like_problems_are_summed_up()
    {
        using var folder = TokenizerFolder.Demo("tokenizer")
            .Write("vocab.json", """{"<|startoftext|>": 0, "<|endoftext|>": 1, "!": 2}""");
        var problems = ProblemsOf(folder);
        Assert.True(problems.Count < 5);
        Assert.Contains(problems, p => p.Contains("and 508 more", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"a\": ")]
    [InlineData("null")]
    [InlineData("{\"eos_token\": \"\\ud800\"}")]
    [InlineData("{\"added_tokens_decoder\": 3}")]
    [InlineData("{\"model_max_length\": \"77\"}")]
    [InlineData("{\"model_max_length\": 1}")]
    [InlineData("{\"extra_ids\": -1}")]
    public void An_odd_configuration_is_refused(string json)
    {
        foreach (string name in (string[])["tokenizer", "tokenizer_3"])
        {
            using var folder = TokenizerFolder.Demo(name).Write(Config, json);
            Assert.NotEmpty(ProblemsOf(folder));
        }
    }

    [Fact]
    public void A_normalized_token_with_white_space_is_refused()
    {
        using var folder = TokenizerFolder.Demo("tokenizer").Write(
            Config,
            ClipConfig.Replace(
                "{\"model",
                "{\"added_tokens_decoder\": {\"9999\": {\"content\": \"a b\", \"normalized\": true}}, \"model",
                StringComparison.Ordinal));
        Assert.Contains(ProblemsOf(folder), p => p.Contains("'a b'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 791656\n")]
    [InlineData("\u0012\u0002\u0018\u0002")]
    public void A_model_that_is_none_is_refused(string content)
    {
        using var folder = TokenizerFolder.Demo("tokenizer_3").Write("spiece.model", content);
        Assert.Contains(ProblemsOf(folder), p => p.StartsWith("spiece.model", StringComparison.Ordinal));
    }

    [Fact]
    public void A_spoiled_model_either_loads_or_is_refused()
    {
        using var folder = TokenizerFolder.Demo("tokenizer_3");
        byte[] good = File.ReadAllBytes(folder.File("spiece.model"));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 3]).Sample(
            (at, value, cut) =>
            {
                byte[] bad = cut == 0 ? good[..at] : [.. good];
                if (at < bad.Length)
                {
                    bad[at] = value;
                }

                LoadAndTry(folder.Write("spiece.model", bad));
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void A_spoiled_vocabulary_either_loads_or_is_refused()
    {
        using var folder = TokenizerFolder.Demo("tokenizer");
        foreach (string name in (string[])["vocab.json", "merges.txt", Config, "special_tokens_map.json"])
        {
            byte[] good = File.ReadAllBytes(folder.File(name));
            Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Sample(
                (at, value) =>
                {
                    byte[] bad = [.. good];
                    bad[at] = value;
                    LoadAndTry(folder.Write(name, bad));
                },
                iter: 60,
                threads: 1);
            folder.Write(name, good);
        }
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_in_the_merges_are_told()
    {
        using var folder = TokenizerFolder.Demo("tokenizer").Write("merges.txt", Encoding.Latin1.GetBytes("é è\n"));
        Assert.Contains(ProblemsOf(folder), p => p.StartsWith("merges.txt", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> ProblemsOf(TokenizerFolder folder)
    {
        var error = Assert.Throws<TokenizerFilesException>(folder.Load);
        Assert.Contains(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.All(error.Problems, p => Assert.Contains(p, error.Message, StringComparison.Ordinal));
        return error.Problems;
    }

    private static void LoadAndTry(TokenizerFolder folder)
    {
        try
        {
            var ids = folder.Load().Encode("a Red mug, ½ été 中!", 32);
            Assert.Equal(32, ids.Length);
        }
        catch (TokenizerFilesException e)
        {
            Assert.NotEmpty(e.Problems);
        }
    }
}
