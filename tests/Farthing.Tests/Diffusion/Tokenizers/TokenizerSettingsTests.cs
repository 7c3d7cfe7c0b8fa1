namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class TokenizerSettingsTests
{
    private const string Config = "tokenizer_config.json";
    private const string Map = "special_tokens_map.json";

    [Fact]
    public void The_map_may_give_the_pad_token_as_an_object()
    {
        using var folder = TokenizerFolder.Demo("tokenizer_2").Edit(
            Map, json => json.Replace("\"!\"", "{\"content\": \"!\", \"normalized\": false}", StringComparison.Ordinal));
        Assert.Equal(0, folder.Load().Encode("mug").Ids[76]);
    }

    [Fact]
    public void An_older_map_overrides_the_configuration()
    {
        using var folder = TokenizerFolder.Demo("tokenizer_2").Edit(
            Config, json => json.Replace("\"!\"", "\"<|endoftext|>\"", StringComparison.Ordinal));
        Assert.Equal(0, folder.Load().Encode("mug").Ids[76]);
    }

    [Fact]
    public void The_list_of_added_tokens_makes_the_map_needless()
    {
        using var folder = TokenizerFolder.Clip("tokenizer_2").Write(Map, "not JSON at all");
        Assert.Equal([49406, 2781, 0, 49407, 0], folder.Load().Encode("wow!", 5).Ids.ToArray());
    }

    [Fact]
    public void Without_a_map_the_configuration_does()
    {
        using var folder = TokenizerFolder.Demo("tokenizer").Without(Map);
        Assert.Equal(2047, folder.Load().Encode("mug").Ids[76]);
    }

    [Fact]
    public void A_plain_special_token_is_not_looked_for_in_other_cases()
    {
        using var folder = TokenizerFolder.Demo("tokenizer");
        var tokenizer = folder.Load();
        Assert.Equal(3, tokenizer.Encode("<|endoftext|>").Count);
        Assert.True(tokenizer.Encode("<|ENDOFTEXT|>").Count > 3);
    }

    [Fact]
    public void Added_tokens_beyond_the_vocabulary_widen_it()
    {
        using var folder = TokenizerFolder.Clip().Edit(Config, json => json.Replace(
            "\"added_tokens_decoder\": {",
            "\"added_tokens_decoder\": {\"49410\": {\"content\": \"<my shoe>\", \"special\": false},",
            StringComparison.Ordinal));
        var tokenizer = folder.Load();
        Assert.Equal(49411, tokenizer.VocabularySize);
        Assert.Equal([49406, 320, 49410, 320, 49407], tokenizer.Encode("a<my shoe>a", 5).Ids.ToArray());
    }

    [Fact]
    public void T5_has_a_hundred_sentinels_unless_told_otherwise()
    {
        using var folder = TokenizerFolder.T5().Write(
            Config, """{"model_max_length": 77, "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}""");
        Assert.Equal([2099, 2000, 1, 0], folder.Load().Encode("<extra_id_0><extra_id_99>", 4).Ids.ToArray());
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        using var folder = TokenizerFolder.Demo("tokenizer");
        string json = File.ReadAllText(folder.File(Config));
        folder.Write(Config, [0xEF, 0xBB, 0xBF, .. System.Text.Encoding.UTF8.GetBytes(json)]);
        Assert.Equal(77, folder.Load().Length);
    }
}
