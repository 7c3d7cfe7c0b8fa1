using System.Net;
using System.Net.Sockets;
using System.Text;
using Farthing.Gateway;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class LimitTests
{
    private const string Key = "fk-the-clients-own-key";

    private static string Small { get; } = Yaml.Replace(
        "server: {", "server: {max_body_mb: 1, max_headers_kb: 2, headers_timeout_seconds: 1, min_bytes_per_second: 1000000, ", StringComparison.Ordinal);

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_headers_over_the_limit_are_431()
    {
        await using var rig = await GatewayRig.StartAsync(Small);

        using var body = await rig.PostAsync("/v1/chat/completions", Chat(more: $",\"x\":\"{new string('x', 1024 * 1024)}\""));
        using var headers = await rig.PostAsync("/v1/chat/completions", Chat(), ("x-long", new string('x', 4096)));
        using var good = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal([413, 431, 200], ((HttpResponseMessage[])[body, headers, good]).Select(static each => (int)each.StatusCode));
        Assert.Contains("max_body_mb", await body.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(rig.First.Requests);
    }

    [Fact]
    public async Task A_client_that_never_ends_its_headers_and_one_that_never_sends_its_body_are_dropped()
    {
        await using var rig = await GatewayRig.StartAsync(Small);

        string[] answers = await Task.WhenAll(
            SayAsync(rig, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: "),
            SayAsync(rig, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"));

        Assert.All(answers, static answer => Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal));
        Assert.Empty(rig.First.Requests);
    }

    [Fact]
    public async Task A_refused_key_is_probed_by_listing_models_and_comes_back_when_that_is_answered()
    {
        await using var rig = await GatewayRig.StartAsync();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        using var gateway = new LlmGateway(rig.Gateway.Configuration, rig.Means with { Time = time });
        KeyRing ring = gateway.Links["openai"].Keys;
        ring.Refused(ring.Choose("m", [])!);
        await gateway.Prober.ProbeDueAsync(TestContext.Current.CancellationToken);
        Assert.Empty(rig.First.Requests);

        // Refused again, then the server fails, then it answers, with each wait twice the one before.
        rig.First.Then(Json(401, "{}")).Then(Json(503, "{}")).Then(Json(200, "{\"data\":[]}"));
        KeyState[] states = [.. await ProbeAfterAsync(60), .. await ProbeAfterAsync(120), .. await ProbeAfterAsync(240)];

        Assert.Equal([KeyState.Out, KeyState.Out, KeyState.Well], states);
        Assert.Equal(3, rig.First.Requests.Count);
        Assert.All(rig.First.Requests, static request => Assert.Equal(("/v1/models", PrimaryKey), (request.Path, request.Key)));

        async Task<KeyState[]> ProbeAfterAsync(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            await gateway.Prober.ProbeDueAsync(TestContext.Current.CancellationToken);
            return [ring.Look()[0].State];
        }
    }

    [Fact]
    public async Task Tokens_a_minute_are_counted_as_the_provider_counts_them()
    {
        // Each call has 20 + 7 tokens; the third finds the minute's 50 used up.
        await using var rig = await GatewayRig.StartAsync(Yaml
            + $"\nclient_keys: [{{name: team-a, hash: \"sha256:{ClientKeys.HashOf(Key)}\", tokens_per_minute: 50}}]");

        List<HttpStatusCode> statuses = [];
        for (int i = 0; i < 3; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key));
            statuses.Add(response.StatusCode);
            if (i == 2)
            {
                Assert.Contains("50 tokens a minute", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
                Assert.InRange(int.Parse(Header(response, "retry-after")!, null), 1, 10);
            }
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task What_was_taken_ahead_of_a_call_comes_back_where_no_attempt_is_made()
    {
        // A call has 27 tokens, and a fifth of a hundred is taken ahead of it.
        await using var rig = await GatewayRig.StartAsync(Yaml
            + $"\nsemantic_cache: {{enabled: true, semantic: false}}\nclient_keys: [{{name: team-a, hash: \"sha256:{ClientKeys.HashOf(Key)}\", tokens_per_minute: 100}}]",
            time: new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)));

        List<(HttpStatusCode, string?)> answers = [];
        for (int i = 0; i < 10; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat(), ("Authorization", "Bearer " + Key));
            answers.Add((response.StatusCode, Header(response, "x-farthing-cache")));
        }

        Assert.Equal([(HttpStatusCode.OK, "miss"), .. Enumerable.Repeat((HttpStatusCode.OK, (string?)"exact"), 9)], answers);
    }

    [Fact]
    public void A_token_bucket_is_overdrawn_by_what_is_known_later_and_fills_evenly()
    {
        var time = new FakeTimeProvider();
        var key = new ClientKey(new ClientKeyOptions("a", "h") { TokensPerMinute = 600 }, time);

        Assert.Null(key.TryTake(400, out _));
        key.Count(400, 1_200);
        Assert.Equal(TimeSpan.FromSeconds(60.1), key.TryTake(0, out bool isTokens));
        Assert.True(isTokens);
        time.Advance(TimeSpan.FromSeconds(60.2));
        Assert.Null(key.TryTake(0, out _));
        key.Count(0, 0);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(key.TryTake(2_400, out _));
        Assert.NotNull(key.TryTake(0, out _));
    }

    /// <summary>Sends a part of a request and reads until the server ends the connection.</summary>
    private static async Task<string> SayAsync(GatewayRig rig, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(rig.Client.BaseAddress!.Host, rig.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
