using Farthing.Gateway.Bridging;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Tests.Gateway.Configuration;

/// <summary>Models that are served by Responses alone.</summary>
public sealed class ResponsesModelsTests
{
    private static readonly ShapeBridges Bridges = TranslationBridge.All(TimeProvider.System);

    private static GatewayConfiguration Read(string yaml) => GatewayConfiguration.Parse(yaml, "gateway.yaml", static name => "value-of-" + name);

    private static WireShape? Reach(string provider, WireShape client, string model)
    {
        ProviderOptions options = Assert.Single(Read($"providers: {{{provider}}}").Providers);
        return Bridges.TryReach(client, options, model, out WireShape shape, out _) ? shape : null;
    }

    [Theory]
    [InlineData("gpt-5-pro", true)]
    [InlineData("gpt-5-pro-2025-10-06", true)]
    [InlineData("gpt-5.4-pro", true)]
    [InlineData("o1-pro", true)]
    [InlineData("o3-pro-2025-06-10", true)]
    [InlineData("o3-deep-research", true)]
    [InlineData("o4-mini-deep-research-2025-06-26", true)]
    [InlineData("codex-mini-latest", true)]
    [InlineData("gpt-5-codex", true)]
    [InlineData("gpt-5.1-codex-max", true)]
    [InlineData("gpt-5.1-codex-mini", true)]
    [InlineData("computer-use-preview", true)]
    [InlineData("gpt-5", false)]
    [InlineData("gpt-5.2-2025-12-11", false)]
    [InlineData("gpt-4o-mini", false)]
    [InlineData("o1", false)]
    [InlineData("o3-mini", false)]
    public void OpenAi_and_azure_have_models_that_nothing_else_serves(string model, bool isAlone)
    {
        foreach (string provider in (string[])["openai: {keys: [{value: env.K}]}", "azure: {base_url: \"https://x.openai.azure.com/openai/v1\", keys: [{value: env.K}]}"])
        {
            Assert.Equal(isAlone ? WireShape.Responses : WireShape.Chat, Reach(provider, WireShape.Chat, model));
            Assert.Equal(isAlone ? WireShape.Responses : WireShape.Chat, Reach(provider, WireShape.Messages, model));
            Assert.Equal(WireShape.Responses, Reach(provider, WireShape.Responses, model));
            Assert.Equal(WireShape.Embeddings, Reach(provider, WireShape.Embeddings, model));
        }
    }

    [Theory]
    [InlineData("responses_models: [\"*\"]", "anything", WireShape.Responses)]
    [InlineData("responses_models: [own, \"big-*\"]", "own", WireShape.Responses)]
    [InlineData("responses_models: [own, \"big-*\"]", "big-1", WireShape.Responses)]
    [InlineData("responses_models: [own, \"big-*\"]", "owner", WireShape.Chat)]
    [InlineData("responses_models: []", "gpt-5-pro", WireShape.Chat)]
    public void A_configuration_names_its_own(string option, string model, WireShape shape)
    {
        Assert.Equal(shape, Reach($"mine: {{base_url: \"https://x/v1\", keys: [{{value: env.K}}], {option}}}", WireShape.Chat, model));
        Assert.Equal(WireShape.Embeddings, Reach($"mine: {{base_url: \"https://x/v1\", keys: [{{value: env.K}}], {option}}}", WireShape.Embeddings, model));
        Assert.Equal(shape, Reach($"openai: {{keys: [{{value: env.K}}], {option}}}", WireShape.Messages, model));
    }

    [Theory]
    [InlineData("providers:\n  openai:\n    keys: [{value: env.K}]\n    responses_models: gpt", 4, "'responses_models'")]
    [InlineData("providers:\n  openai:\n    keys: [{value: env.K}]\n    responses_models:\n      - gpt\n      - {a: b}", 6, "'responses_models'")]
    [InlineData("providers:\n  anthropic:\n    keys: [{value: env.K}]\n    responses_models: [\"*\"]", 4, "of the kind 'anthropic' has no 'responses_models'")]
    [InlineData("providers:\n  farthing:\n    responses_models: [\"*\"]", 3, "of the kind 'farthing' has no 'responses_models'")]
    public void What_is_wrong_with_it_is_told_with_its_line(string yaml, int line, string message)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(yaml));

        Assert.Contains(error.Errors, found => found.Line == line && found.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_list_is_another_provider()
    {
        ProviderOptions first = Assert.Single(Read("providers: {openai: {keys: [{value: env.K}]}}").Providers);
        ProviderOptions second = Assert.Single(Read("providers: {openai: {keys: [{value: env.K}], responses_models: [x]}}").Providers);

        Assert.False(first.IsLike(second));
        Assert.True(second.IsLike(second with { ResponsesModels = ["x"] }));
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "a1b2b3c", true)]
    [InlineData("a*b*c", "a1c2b", false)]
    [InlineData("*-deep-*", "o3-deep-research", true)]
    [InlineData("abc*", "ab", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("a", "ab", false)]
    public void A_star_stands_for_anything(string pattern, string model, bool fits) =>
        Assert.Equal(fits ? WireShape.Responses : WireShape.Chat, Reach($"openai: {{keys: [{{value: env.K}}], responses_models: [\"{pattern}\"]}}", WireShape.Chat, model));
}
