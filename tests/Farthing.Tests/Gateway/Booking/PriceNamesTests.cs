using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Prices;

namespace Farthing.Tests.Gateway.Booking;

public sealed class PriceNamesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static readonly PriceBook Book = PriceBook.Parse(
        """
        prices:
          - {id: a, resource: "llm/bedrock/anthropic.claude-x-v1:0", meter: input-tokens, unit: million-tokens, usd: "3", from: 2026-01-01}
          - {id: b, resource: "llm/bedrock/us-gov-west-1/anthropic.claude-x-v1:0", meter: input-tokens, unit: million-tokens, usd: "3.6", from: 2026-01-01}
          - {id: c, resource: "llm/bedrock/us-gov-west-1/later", meter: input-tokens, unit: million-tokens, usd: "1", from: 2027-01-01}
          - {id: d, resource: "llm/openai/gpt-4o-mini", meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01}
        """);

    private const string Arn = "arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc";

    [Theory]
    [InlineData("eu-central-1", "anthropic.claude-x-v1:0", "llm/bedrock/anthropic.claude-x-v1:0")]
    [InlineData("us-gov-west-1", "anthropic.claude-x-v1:0", "llm/bedrock/us-gov-west-1/anthropic.claude-x-v1:0")]
    [InlineData("us-gov-west-1", "later", "llm/bedrock/later")]
    [InlineData("us-gov-west-1", Arn, "llm/bedrock/us-gov-west-1/anthropic.claude-x-v1:0")]
    [InlineData("eu-central-1", Arn, "llm/bedrock/anthropic.claude-x-v1:0")]
    public void A_regions_own_price_comes_first_and_a_models_name_may_be_another(string region, string model, string resource)
    {
        var provider = Read($"bedrock: {{region: {region}, keys: [{{value: k, secret: s}}], price_models: {{\"{Arn}\": \"anthropic.claude-x-v1:0\"}}}}");
        Assert.Equal(resource, new PriceNames(provider, Book).Of(model, At));
    }

    [Fact]
    public void An_inference_profile_without_a_price_is_not_priced_as_its_model()
    {
        var provider = Read("bedrock: {region: eu-central-1, keys: [{value: k, secret: s}]}");
        string resource = new PriceNames(provider, Book).Of("eu.anthropic.claude-x-v1:0", At);
        Assert.Equal("llm/bedrock/eu.anthropic.claude-x-v1:0", resource);
        Assert.Null(Book.Find(resource, Meters.InputTokens, At));
    }

    [Fact]
    public void A_deployment_is_priced_as_the_model_it_is()
    {
        var provider = Read("azure: {base_url: \"https://a.openai.azure.com/openai/v1\", keys: [{value: k}], price_as: openai, price_models: {captions: gpt-4o-mini}}");
        Assert.Equal("llm/openai/gpt-4o-mini", new PriceNames(provider, Book).Of("captions", At));
        Assert.Equal("llm/openai/other", new PriceNames(provider, Book).Of("other", At));
    }

    private static ProviderOptions Read(string yaml) =>
        GatewayConfiguration.Parse("providers:\n  " + yaml, "gateway.yaml", static _ => null).Providers[0];
}
