using System.Text.Json;

namespace Farthing.Tests.Gateway.Serving;

public sealed class OtherMethodsTests
{
    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST", false)]
    [InlineData("PUT", "/openai/embeddings", "POST", false)]
    [InlineData("DELETE", "/v1/messages", "POST", true)]
    [InlineData("POST", "/v1/models", "GET", false)]
    [InlineData("POST", "/anthropic/v1/models", "GET", true)]
    [InlineData("DELETE", "/v1/models/openai/gpt-4.1", "GET", false)]
    [InlineData("POST", "/health", "GET", false)]
    public async Task A_method_that_a_path_does_not_take_is_told_the_one_that_it_takes(string method, string path, string allowed, bool isAnthropic)
    {
        await using var rig = await GatewayRig.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(405, (int)response.StatusCode);
        Assert.Equal([allowed], response.Content.Headers.Allow);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(allowed, body.RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(isAnthropic, body.RootElement.TryGetProperty("type", out _));
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/nothing.txt")]
    public async Task A_path_that_is_none_is_told_so_whatever_it_looks_like(string path)
    {
        await using var rig = await GatewayRig.StartAsync();

        using var response = await rig.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("no_such_path", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
