using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;
using Farthing.Tests.Gateway.Serving;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>What providers bill beside text: sound, generated pictures, searches and other tools of theirs, fees for a request.</summary>
public sealed class ToolChargesTests
{
    private static PriceBook Book { get; } = PriceBook.Parse("""
        prices:
          - { id: in, resource: llm/openai/m, meter: input-tokens, unit: token, usd: "0.000001", from: 2026-01-01, source: "made up" }
          - { id: out, resource: llm/openai/m, meter: output-tokens, unit: token, usd: "0.000002", from: 2026-01-01, source: "made up" }
          - { id: hear, resource: llm/openai/m, meter: input-audio-tokens, unit: token, usd: "0.00001", from: 2026-01-01, source: "made up" }
          - { id: speak, resource: llm/openai/m, meter: output-audio-tokens, unit: token, usd: "0.00002", from: 2026-01-01, source: "made up" }
          - { id: find, resource: llm/openai/m, meter: web-searches, unit: operation, usd: "0.01", from: 2026-01-01, source: "made up" }
          - { id: find-low, resource: "llm/openai/m#search-low", meter: web-searches, unit: operation, usd: "0.005", from: 2026-01-01, source: "made up" }
          - { id: in-2, resource: llm/openai/fee, meter: input-tokens, unit: token, usd: "0", from: 2026-01-01, source: "made up" }
          - { id: fee, resource: llm/openai/fee, meter: requests, unit: operation, usd: "0.005", from: 2026-01-01, source: "made up" }
        """, "prices.yaml");

    private static DateTimeOffset Noon { get; } = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("m", null, 10, 1, 10 * 1_000_000L + 10_000_000L)]
    [InlineData("m", "web-searches=3", 10, 0, 10 * 1_000_000L + 30_000_000_000L)]
    [InlineData("m", "web-searches#search-low=3", 10, 0, 10 * 1_000_000L + 15_000_000_000L)]
    [InlineData("m", "web-searches#search-high=1", 10, 0, 10 * 1_000_000L + 10_000_000_000L)]
    [InlineData("m", "web-searches=1,file-searches=1", 10, 0, null)]
    [InlineData("fee", null, 10, 0, 5_000_000_000L)]
    [InlineData("fee", null, 0, 0, 0L)]
    [InlineData("fee", null, 10, 1, null)]
    public void An_attempt_costs_the_sum_of_its_charges_or_is_unpriced(string model, string? uses, long input, long audio, long? cost)
    {
        AttemptRecord attempt = Attempt(model) with { Uses = uses, Tokens = new TokenCounts(input, 0, 0, 0, 0, 0) { InputAudio = audio } };
        var charges = new TokenCharges(Book);

        Assert.Equal(cost, (long?)charges.Cost(attempt)?.Units);
        long? posted = 0;
        foreach (var fact in charges.Of(attempt, Noon))
        {
            posted += Book.Find(fact.Resource, fact.Meter, Noon)?.Price(fact.Quantity).Units;
        }

        Assert.Equal(cost, posted);
    }

    [Fact]
    public void A_service_has_its_own_prices_of_tokens_and_the_models_of_searches()
    {
        var charges = new TokenCharges(Book).Of(Attempt("m#priority") with { Uses = "web-searches=1", Tokens = new TokenCounts(1, 0, 0, 0, 0, 0) }, Noon);

        Assert.Equal(["llm/openai/m#priority input-tokens", "llm/openai/m web-searches"], charges.Select(static fact => $"{fact.Resource} {fact.Meter}"));
    }

    [Theory]
    [InlineData("{}", false, 1_000L)]
    [InlineData("""{"messages":[{"content":[{"type":"input_audio","input_audio":{"data":"AAAA"}}]}]}""", false, 10_000L)]
    [InlineData("""{"audio":{"voice":"x"},"max_tokens":1000}""", false, 1_000L + 20_000L)]
    [InlineData("""{"max_tokens":1000}""", false, 1_000L + 2_000L)]
    public void A_budget_holds_the_price_of_sound_where_there_may_be_some(string body, bool searches, long least)
    {
        RequestBound request = RequestBound.Read(System.Text.Encoding.UTF8.GetBytes(body), isMini: false);
        Assert.InRange(new CostBound(Book).Of("llm/openai/m", request, request.Output is null ? 0 : 1, Noon, searches: searches)!.Value, least * 1_000_000, (least * 1_000_000) + 6_000_000_000);
    }

    [Fact]
    public void A_budget_holds_the_dearest_search_and_the_fee_of_a_request_or_refuses_what_has_no_price()
    {
        var bound = new CostBound(Book);
        RequestBound plain = new(0, 0, 1, false), two = plain with { Answers = 2, Searches = true };

        Assert.Equal(10_000_000_000, bound.Of("llm/openai/m", plain, 1, Noon, searches: true));
        Assert.Equal(20_000_000_000, bound.Of("llm/openai/m", two, 1, Noon));
        Assert.Equal(5_000_000_000, bound.Of("llm/openai/fee", plain, 0, Noon));
        Assert.Null(bound.Of("llm/openai/fee", plain, 0, Noon, searches: true));
        Assert.Null(bound.Of("llm/openai/fee", plain with { Hears = true }, 0, Noon));
    }

    [Fact]
    public async Task A_search_without_a_price_is_unpriced_beside_tokens_that_have_one()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, """{"content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":3,"server_tool_use":{"web_search_requests":2}}}""");

        using var response = await rig.PostAsync("/v1/messages", """{"model":"anthropic/claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal("unpriced", Header(response, "x-farthing-cost-usd"));
        Assert.Single(await rig.BooksAsync());
        Assert.Equal([("input-tokens", 9L, 1L), ("output-tokens", 3L, 1L), ("web-searches", 2L, 0L)], rig.Charges().Select(static row => (row.Meter, row.Quantity, row.Priced)));
        Assert.Equal(1, rig.Scalar("SELECT count(*) FROM gateway_attempts WHERE uses = 'web-searches=2'"));
    }

    [Fact]
    public async Task A_model_that_always_searches_is_booked_with_a_search_and_sound_with_its_own_class()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, """{"usage":{"prompt_tokens":20,"completion_tokens":7,"prompt_tokens_details":{"audio_tokens":15},"completion_tokens_details":{"audio_tokens":5}}}""");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4o-search-preview", ",\"web_search_options\":{\"search_context_size\":\"low\"}"));

        Assert.Single(await rig.BooksAsync());
        Assert.Equal(
            ["input-audio-tokens 15", "input-tokens 5", "output-audio-tokens 5", "output-tokens 2", "web-searches 1"],
            rig.Charges().Select(static row => $"{row.Meter} {row.Quantity}").Order());
        Assert.Contains(rig.Charges(), static row => row.Resource == "llm/openai/gpt-4o-search-preview#search-low");
    }

    private static AttemptRecord Attempt(string model) => new()
    {
        RequestId = "r",
        Attempt = 1,
        StartedAt = Noon,
        EndedAt = Noon,
        Shape = "chat",
        Provider = "openai",
        Model = model,
        Resource = "llm/openai/" + model,
        KeyId = "k",
    };
}
