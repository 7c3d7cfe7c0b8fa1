using System.Net;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class KeyModelsTests
{
    private static string Narrow { get; } = Yaml
        .Replace("keys: [{value: env.PRIMARY, weight: 0.7}, {value: env.BACKUP, weight: 0.3}]", "keys: [{value: env.PRIMARY, models: [gpt-4o-mini]}]\n    models: [gpt-4o]", StringComparison.Ordinal);

    [Fact]
    public async Task A_model_that_no_key_may_serve_is_not_listed_and_a_call_is_told_for_good()
    {
        await using var rig = await GatewayRig.StartAsync(Narrow);

        string models = await rig.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative), TestContext.Current.CancellationToken);
        using var call = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4o"));
        string told = await call.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"openai/gpt-4o-mini\"", models, StringComparison.Ordinal);
        Assert.DoesNotContain("\"openai/gpt-4o\"", models, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, call.StatusCode);
        Assert.Contains("No key of this gateway is for openai/gpt-4o: ask for a model that GET /v1/models lists", told, StringComparison.Ordinal);
        Assert.DoesNotContain("again later", told, StringComparison.Ordinal);
        Assert.Empty(rig.First.Requests);
    }
}
