using Farthing.Gateway.Booking;
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
