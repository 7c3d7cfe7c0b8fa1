using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Telemetry;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Tests.Gateway.Telemetry;

public sealed class GatewayMetricsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Measuring_an_attempt_allocates_next_to_nothing()
    {
        const int Attempts = 1_000;
        using var metrics = new GatewayMetrics();
        AttemptRecord record = Attempt("gpt-4o-mini");
        metrics.AttemptEnded(record, new Amount(5), isPriced: true);

        // Another test may collect the same meter meanwhile.
        Assert.InRange(Allocations.Least(() =>
        {
            for (int i = 0; i < Attempts; i++)
            {
                metrics.AttemptEnded(record, new Amount(5), isPriced: true);
            }
        }), 0, 64 * Attempts);
    }

    [Theory]
    [InlineData("llm/openai/gpt-4o", "openai")]
    [InlineData("llm/gemini/gemini-2.5-pro", "gcp.gemini")]
    [InlineData("llm/azure/x", "azure.ai.openai")]
    [InlineData("llm/xai/grok", "x_ai")]
    [InlineData("llm/mine/a/b", "mine")]
    public void Providers_go_by_opentelemetrys_names(string resource, string name) => Assert.Equal(name, GenAiNames.Provider(resource));

    [Fact]
    public void What_is_measured_costs_what_the_ledger_is_told()
    {
        using var metrics = new GatewayMetrics();
        var charges = new TokenCharges(PriceBook.Default());
        AttemptRecord priced = Attempt("gpt-4o-mini"), unpriced = Attempt("brand-new");

        Assert.Equal(charges.Cost(priced)!.Value.Units, new AttemptTelemetry(metrics, charges).Ended(priced).Units);
        Assert.Equal(Amount.Zero, new AttemptTelemetry(metrics, charges).Ended(unpriced));
    }

    [Fact]
    public void A_long_prompt_is_billed_by_its_tier_and_what_the_tier_does_not_price_by_the_models_own()
    {
        var book = PriceBook.Parse("""
            prices:
              - { id: a, resource: llm/openai/m, meter: input-tokens, unit: million-tokens, usd: "1", from: 2026-01-01 }
              - { id: b, resource: llm/openai/m, meter: cached-input-tokens, unit: million-tokens, usd: "0.1", from: 2026-01-01 }
              - { id: c, resource: llm/openai/m, meter: output-tokens, unit: million-tokens, usd: "4", from: 2026-01-01 }
              - { id: d, resource: "llm/openai/m#above-200k", meter: input-tokens, unit: million-tokens, usd: "2", from: 2026-01-01 }
              - { id: e, resource: "llm/openai/m#above-200k", meter: output-tokens, unit: million-tokens, usd: "6", from: 2026-01-01 }
            """);
        var charges = new TokenCharges(book);
        AttemptRecord at = Attempt("m") with { Tokens = new TokenCounts(100_000, 100_000, 0, 0, 1_000, 0) }, above = at with { Tokens = at.Tokens with { Input = 100_001 } };

        Assert.Equal(100_000_000_000 + 10_000_000_000 + 4_000_000_000, charges.Cost(at)!.Value.Units);
        Assert.Equal(200_002_000_000 + 10_000_000_000 + 6_000_000_000, charges.Cost(above)!.Value.Units);
        Assert.Equal(["llm/openai/m#above-200k", "llm/openai/m", "llm/openai/m#above-200k"], charges.Of(above, Noon).Select(static fact => fact.Resource));
        Assert.Equal(
            (400_000_000_000, 200_000_000_000),
            (new CostBound(book).Of("llm/openai/m", new RequestBound(200_000, null, 1, false), 0, Noon) * 2, new CostBound(book).Of("llm/openai/m", new RequestBound(100_000, null, 1, false), 0, Noon) * 2));
        Assert.Equal(400_002_000_000, new CostBound(book).Of("llm/openai/m", new RequestBound(200_001, null, 1, false), 0, Noon));
    }

    [Fact]
    public void What_is_written_to_a_cache_unasked_has_its_own_price_or_that_of_input_and_is_held_for()
    {
        var book = PriceBook.Parse("""
            prices:
              - { id: a, resource: llm/openai/m, meter: input-tokens, unit: million-tokens, usd: "4", from: 2026-01-01 }
              - { id: b, resource: llm/openai/m, meter: cache-write-tokens, unit: million-tokens, usd: "5", from: 2026-01-01 }
              - { id: c, resource: llm/openai/old, meter: input-tokens, unit: million-tokens, usd: "4", from: 2026-01-01 }
            """);
        var charges = new TokenCharges(book);
        AttemptRecord at = Attempt("m") with { Tokens = new TokenCounts(16, 0, 9_984, 0, 0, 0) }, old = at with { Resource = "llm/openai/old" };

        Assert.Equal(64_000_000 + 49_920_000_000, charges.Cost(at)!.Value.Units);
        Assert.Equal(40_000_000_000, charges.Cost(old)!.Value.Units);
        Assert.Equal(["input-tokens", "input-tokens"], charges.Of(old, Noon).Select(static fact => fact.Meter));
        Assert.Null(charges.Cost(old with { Shape = "messages" }));

        var request = new RequestBound(10_000, null, 1, false);
        Assert.Equal((40_000_000_000, 50_000_000_000), (new CostBound(book).Of("llm/openai/m", request, 0, Noon), new CostBound(book).Of("llm/openai/m", request, 0, Noon, writesUnasked: true)));
    }

    [Fact]
    public void Another_service_is_billed_at_its_own_prices_and_never_at_the_standard_ones()
    {
        var book = PriceBook.Parse("""
            prices:
              - { id: a, resource: llm/openai/m, meter: input-tokens, unit: million-tokens, usd: "1", from: 2026-01-01 }
              - { id: b, resource: llm/openai/m, meter: output-tokens, unit: million-tokens, usd: "4", from: 2026-01-01 }
              - { id: c, resource: "llm/openai/m#priority", meter: input-tokens, unit: million-tokens, usd: "2", from: 2026-01-01 }
              - { id: d, resource: "llm/openai/m#priority+above-200k", meter: input-tokens, unit: million-tokens, usd: "3", from: 2026-01-01 }
              - { id: e, resource: "llm/openai/m#flex", meter: input-tokens, unit: million-tokens, usd: "0.5", from: 2026-01-01 }
            """);
        var charges = new TokenCharges(book);
        long? Cost(string service, long input, long output = 0) => (long?)charges.Cost(Attempt("m") with { Resource = PriceTier.Resource("llm/openai/m", service), Tokens = new TokenCounts(input, 0, 0, 0, output, 0) })?.Units;

        Assert.Equal((1_000_000L, 2_000_000L, 500_000L), (Cost("", 1), Cost("priority", 1), Cost("flex", 1)));
        Assert.Equal(600_003_000_000L, Cost("priority", 200_001));
        Assert.Equal((null, null), (Cost("priority", 1, 1), Cost("scale", 1)));

        var request = new RequestBound(1_000, null, 1, false);
        long? Bound(string service) => new CostBound(book).Of("llm/openai/m", request with { Service = service }, 0, Noon);
        Assert.Equal((1_000_000_000L, 2_000_000_000L, 1_000_000_000L, null), (Bound(""), Bound("priority"), Bound("flex"), Bound("scale")));
        request = request with { Prompt = 300_000 };
        Assert.Equal(900_000_000_000L, Bound("priority"));
    }

    private static AttemptRecord Attempt(string model) => new()
    {
        RequestId = "r",
        Attempt = 1,
        StartedAt = Noon,
        EndedAt = Noon.AddSeconds(1),
        Shape = "chat",
        Provider = "openai",
        Model = model,
        Resource = "llm/openai/" + model,
        KeyId = "k",
        Status = 200,
        Tokens = new TokenCounts(12, 8, 0, 0, 4, 3),
    };
}
