using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Prices;

public sealed class LiteLlmTests : IDisposable
{
    private const string Sample =
        """
        {
          "sample_spec": { "input_cost_per_token": 0.0, "litellm_provider": "one of" },
          "gpt-x": {
            "litellm_provider": "openai", "mode": "chat", "max_tokens": 128000,
            "input_cost_per_token": 1.5e-07, "output_cost_per_token": 6E-7, "cache_read_input_token_cost": 7.5e-08,
            "input_cost_per_token_batches": 7.5e-08, "input_cost_per_token_above_200k_tokens_priority": 5.0000000000000004e-08,
            "input_cost_per_audio_token": 4e-05, "output_cost_per_audio_token": 8e-05, "cache_read_input_audio_token_cost": 2.5e-06,
            "search_context_cost_per_query": { "search_context_size_high": 0.025, "search_context_size_low": 0.005, "search_context_size_medium": 0.01, "search_context_size_vast": 1 },
            "input_dbu_cost_per_token": 1e-9
          },
          "tiers": {
            "litellm_provider": "dashscope",
            "tiered_pricing": [
              { "input_cost_per_token": 5e-08, "range": [0, 256000.0] },
              { "input_cost_per_token": 2.5e-07, "range": [256000.0, 1000000.0] } ]
          },
          "openai/gpt-x": { "litellm_provider": "openai", "input_cost_per_token": 1e-6 },
          "free": { "litellm_provider": "ollama", "input_cost_per_token": 0, "output_cost_per_token": 0.0 },
          "nothing": { "litellm_provider": "openai", "mode": "chat" },
          "orphan": { "input_cost_per_token": 1e-6 },
          "painter": { "litellm_provider": "fal_ai", "output_cost_per_image": 0.04, "output_cost_per_second": 0.0002833333333333333 }
        }
        """;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt-x", "input-tokens", "0.15")]
    [InlineData("gpt-x", "output-tokens", "0.6")]
    [InlineData("gpt-x", "cached-input-tokens", "0.075")]
    [InlineData("gpt-x", "input-audio-tokens", "40")]
    [InlineData("gpt-x", "cached-input-audio-tokens", "2.5")]
    [InlineData("gpt-x", "output-audio-tokens", "80")]
    [InlineData("gpt-x#batch", "input-tokens", "0.075")]
    [InlineData("gpt-x#priority+above-200k", "input-tokens", "0.050000000000000004")]
    public void Numbers_are_the_decimals_that_they_are_written_as(string model, string meter, string usd)
    {
        var price = Load(Sample).Book.Find("llm/openai/" + model, meter, At)!;
        Assert.Equal((usd, "million-tokens", At, "list"), (price.Usd, price.Unit, price.From, price.Source));
    }

    [Theory]
    [InlineData("gpt-x", "0.01")]
    [InlineData("gpt-x#search-low", "0.005")]
    [InlineData("gpt-x#search-high", "0.025")]
    public void A_search_is_priced_by_how_much_it_reads(string model, string usd)
    {
        var price = Load(Sample).Book.Find("llm/openai/" + model, Meters.WebSearches, At)!;
        Assert.Equal((usd, "operation"), (price.Usd, price.Unit));
    }

    [Theory]
    [InlineData("anthropic.claude-x-v1:0", "3")]
    [InlineData("us.anthropic.claude-x-v1:0", "3.3")]
    [InlineData("us-gov-west-1/anthropic.claude-x-v1:0", "3.6")]
    [InlineData("amazon.nova-lite-v1:0", "0.06")]
    public void Both_apis_of_Bedrock_are_one_provider(string model, string usd)
    {
        var book = Load("""
            {
              "anthropic.claude-x-v1:0": { "litellm_provider": "bedrock", "input_cost_per_token": 3e-06 },
              "us.anthropic.claude-x-v1:0": { "litellm_provider": "bedrock_converse", "input_cost_per_token": 3.3e-06 },
              "bedrock/us-gov-west-1/anthropic.claude-x-v1:0": { "litellm_provider": "bedrock", "input_cost_per_token": 3.6e-06 },
              "amazon.nova-lite-v1:0": { "litellm_provider": "bedrock_converse", "input_cost_per_token": 6e-08 },
              "bedrock_mantle/openai.gpt-oss-20b": { "litellm_provider": "bedrock_mantle", "input_cost_per_token": 1e-07 }
            }
            """).Book;
        Assert.Equal(usd, book.Find("llm/bedrock/" + model, Meters.InputTokens, At)!.Usd);
        Assert.Null(book.Find("llm/bedrock/openai.gpt-oss-20b", Meters.InputTokens, At));
    }

    [Fact]
    public void A_million_tokens_cost_what_the_list_says_to_the_last_unit()
    {
        Assert.Equal(150_000_000_000, Load(Sample).Book.Find("llm/openai/gpt-x", Meters.InputTokens, At)!.Price(1_000_000).Units);
        Assert.Equal(150_000, Load(Sample).Book.Find("llm/openai/gpt-x", Meters.InputTokens, At)!.Price(1).Units);
    }

    [Fact]
    public void What_is_not_taken_is_said_with_line_and_reason()
    {
        var read = Load(Sample);
        Assert.Equal(3, read.Models);
        Assert.Equal(
            [
                (2, "sample_spec"), (8, "gpt-x search_context_size_vast"), (9, "gpt-x input_dbu_cost_per_token"),
                (17, "openai/gpt-x"), (18, "free"), (19, "nothing"), (20, "orphan"), (21, "painter output_cost_per_second"),
            ],
            read.Left.Select(left => ((int)left.Line, left.Entry)));
    }

    [Fact]
    public void A_long_prompt_takes_the_tier_that_has_a_price()
    {
        var book = Load(Sample).Book;
        Assert.Equal("llm/dashscope/tiers", PriceTier.ForPrompt(book, "llm/dashscope/tiers", "", 256_000));
        Assert.Equal("llm/dashscope/tiers#above-256k", PriceTier.ForPrompt(book, "llm/dashscope/tiers", "", 256_001));
        Assert.Equal("llm/openai/gpt-x#batch", PriceTier.ForPrompt(book, "llm/openai/gpt-x", "batch", 900_000));
        Assert.Equal("llm/openai/gpt-x#priority+above-200k", PriceTier.ForPrompt(book, "llm/openai/gpt-x", "priority", 900_000));
        Assert.Equal("0.25", book.Find("llm/dashscope/tiers#above-256k", Meters.InputTokens, At)!.Usd);
    }

    [Theory]
    [InlineData("[]", 1, "object of models")]
    [InlineData("{\n \"m\": { \"litellm_provider\": \"p\",\n \"input_cost_per_token\": NaN } }", 3, "not JSON")]
    [InlineData("{\n \"m\": { \"litellm_provider\": \"p\",\n \"input_cost_per_token\": -1e-7 } }", 3, "negative")]
    [InlineData("{\n \"m\": { \"litellm_provider\": \"p\",\n \"input_cost_per_token\": 1e9 } }", 3, "more than an amount holds")]
    [InlineData("{", 1, "not JSON")]
    [InlineData("{} {}", 1, "not JSON")]
    public void A_bad_list_is_named_by_line(string json, long line, string part)
    {
        var error = Assert.Throws<PriceBookException>(() => Load(json)).Errors[0];
        Assert.Equal(line, error.Line);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_list_again_changes_nothing_and_a_later_one_only_what_it_changes()
    {
        using var ledger = new LedgerFixture();
        var store = new PriceStore(ledger.File, new FakeTimeProvider());
        var options = new PriceRecordingOptions { Source = "list", HasMadeIds = true };
        Assert.Equal(14, store.Record(Load(Sample).Book, options).Added);
        Assert.Equal((0, 14), (store.Record(Load(Sample).Book, options).Added, store.Record(Load(Sample).Book, options).Unchanged));
        var cheaper = Load(Sample.Replace("1.5e-07", "1.2e-07", StringComparison.Ordinal), At.AddDays(7)).Book;
        Assert.Equal(new PriceRecordingSummary(1, 13, 1, 0, 0), store.Record(cheaper, options with { IsTrial = true }));
        Assert.Single(store.Recordings());
        store.Record(cheaper, options);
        var book = store.Book();
        Assert.Equal("0.15", book.Find("llm/openai/gpt-x", Meters.InputTokens, At.AddDays(6))!.Usd);
        Assert.Equal("0.12", book.Find("llm/openai/gpt-x", Meters.InputTokens, At.AddDays(7))!.Usd);
        Assert.Equal("list", book.Find("llm/openai/gpt-x", Meters.OutputTokens, At.AddDays(7))!.Source);
        var corrected = Load(Sample.Replace("1.5e-07", "1.4e-07", StringComparison.Ordinal)).Book;
        store.Record(corrected, options with { Corrects = true });
        Assert.EndsWith("~2", store.Book().Find("llm/openai/gpt-x", Meters.InputTokens, At)!.Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5e-07", 6, "0.15")]
    [InlineData("100e-2", 0, "1")]
    [InlineData("0.000", 6, "0")]
    [InlineData("-2.50", 0, "-2.5")]
    [InlineData("1e17", 0, "100000000000000000")]
    [InlineData("1e18", 0, null)]
    [InlineData("1e-19", 0, null)]
    [InlineData("1e-99999999999", 0, null)]
    [InlineData("1.", 0, null)]
    [InlineData(".5", 0, null)]
    [InlineData("0x1", 0, null)]
    public void A_json_number_is_an_exact_decimal_or_none(string text, int power, string? expected) =>
        Assert.Equal(expected, ExactDecimal.TryParseJson(text, power, out var value) ? value.ToText() : null);

    private static DateTimeOffset At { get; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private PriceFile Load(string json, DateTimeOffset? from = null)
    {
        var path = _folder.File("list.json");
        File.WriteAllText(path, json);
        return PriceFile.Load(path, from ?? At, "list", static (_, _) => null);
    }
}
