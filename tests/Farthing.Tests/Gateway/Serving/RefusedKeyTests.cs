using System.Net;
using Farthing.Gateway;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Farthing.Tests.Gateway.Translation;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Providers that refuse a key by the status of a client's own fault, and errors that come in a list.</summary>
public sealed class RefusedKeyTests
{
    private const string Invalid =
        """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}]""";

    private static string Google { get; } = Yaml.Replace("  openai:\n", "  gemini:\n", StringComparison.Ordinal).Replace("openai/gpt-4o-mini", "gemini/gemini-2.5-flash", StringComparison.Ordinal);

    [Fact]
    public async Task A_key_that_google_knows_no_more_is_out_and_costs_no_client_an_answer()
    {
        await using var rig = await GatewayRig.StartAsync(Google);
        rig.First.Then(Json(400, Invalid));
        using var first = await rig.PostAsync("/v1/chat/completions", Chat("gemini/gemini-2.5-flash"));
        using var next = await rig.PostAsync("/v1/chat/completions", Chat("gemini/gemini-2.5-flash"));
        rig.First.Then(Json(400, Invalid));
        rig.Second.Then(Events(cut: false, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n"));
        using var fallen = await rig.PostAsync("/v1/chat/completions", Chat("gemini/gemini-2.5-flash", ",\"stream\":true"));
        using var alone = await rig.PostAsync("/v1/messages", Chat("gemini/gemini-2.5-pro", ",\"max_tokens\":9"));

        Assert.Equal([PrimaryKey, BackupKey, BackupKey, BackupKey], rig.First.Requests.Select(static request => request.Key));
        Assert.Equal(("gemini", "2"), (Header(first, "x-farthing-provider"), Header(first, "x-farthing-attempts")));
        Assert.Equal((HttpStatusCode.OK, "1"), (next.StatusCode, Header(next, "x-farthing-attempts")));
        Assert.Equal((HttpStatusCode.OK, "other"), (fallen.StatusCode, Header(fallen, "x-farthing-provider")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, alone.StatusCode);
        Assert.Equal(["key_refused", "", "", "key_refused", ""], (await rig.BooksAsync()).Select(static row => row.Fault));
    }

    [Fact]
    public async Task Where_the_last_key_is_refused_the_client_is_told_of_the_gateways_key()
    {
        await using var rig = await GatewayRig.StartAsync(Google);
        rig.First.Usual = Json(400, Invalid);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("gemini/gemini-2.5-pro"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("provider_refused_key", await BodyAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_that_is_refused_alike_leaves_the_key_out()
    {
        await using var rig = await GatewayRig.StartAsync(Google);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        using var gateway = new LlmGateway(rig.Gateway.Configuration, rig.Means with { Time = time });
        KeyRing ring = gateway.Links["gemini"].Keys;
        ring.Refused(ring.Choose("m", [])!);
        rig.First.Then(Json(400, Invalid)).Then(Json(400, """[{"error":{"code":400,"message":"No such page.","status":"INVALID_ARGUMENT"}}]"""));

        time.Advance(TimeSpan.FromSeconds(60));
        await gateway.Prober.ProbeDueAsync(TestContext.Current.CancellationToken);
        KeyState refused = ring.Look()[0].State;
        time.Advance(TimeSpan.FromSeconds(120));
        await gateway.Prober.ProbeDueAsync(TestContext.Current.CancellationToken);

        Assert.Equal((KeyState.Out, KeyState.Well), (refused, ring.Look()[0].State));
    }

    [Theory]
    [InlineData("gemini", 400, """{"error":{"message":"x","details":[{"reason":"API_KEY_INVALID"}]}}""", AttemptFault.KeyRefused)]
    [InlineData("gemini", 400, """{"error":{"message":"API key expired. Please renew the API key."}}""", AttemptFault.KeyRefused)]
    [InlineData("gemini", 400, """{"error":{"message":"API Key not found. Please pass a valid API key."}}""", AttemptFault.KeyRefused)]
    [InlineData("gemini", 400, """{"error":{"message":"Invalid value at 'reasoning_effort': \"API_KEY_INVALID API key expired\"","details":[{"fieldViolations":[{"reason":"API_KEY_INVALID"}]},7]}}""", AttemptFault.Rejected)]
    [InlineData("gemini", 404, """{"error":{"message":"API key expired."}}""", AttemptFault.Rejected)]
    [InlineData("gemini", 400, "nonsense", AttemptFault.Rejected)]
    [InlineData("openai", 400, """{"error":{"message":"API key expired.","details":[{"reason":"API_KEY_INVALID"}]}}""", AttemptFault.Rejected)]
    [InlineData("xai", 400, """{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***1. You can obtain an API key from https://console.x.ai."}""", AttemptFault.KeyRefused)]
    [InlineData("xai", 400, """{"code":"Client specified an invalid argument","error":"No such model: Incorrect API key provided"}""", AttemptFault.Rejected)]
    [InlineData("xai", 403, """{"error":"no"}""", AttemptFault.KeyRefused)]
    [InlineData("openai", 403, "", AttemptFault.KeyRefused)]
    [InlineData("openai", 401, """{"error":{}}""", AttemptFault.KeyRefused)]
    public void A_refused_key_is_told_from_the_clients_own_fault(string provider, int status, string body, AttemptFault fault) =>
        Assert.Equal(fault, RefusalReading.Of(ProviderTable.Find(provider)!, status, System.Text.Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("/v1/chat/completions", 404, """{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}""")]
    [InlineData("/v1/messages", 404, """{"type":"error","error":{"type":"not_found_error","message":"models/x is not found"}}""")]
    [InlineData("/v1/responses", 404, """{"error":{"message":"models/x is not found","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData("/v1/chat/completions", 400, """{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}""")]
    public async Task An_error_in_a_list_is_taken_out_of_it(string path, int status, string told)
    {
        await using var rig = await GatewayRig.StartAsync(Google);
        rig.First.Usual = Json(status, """ [{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}]""");

        using var response = await rig.PostAsync(path, Chat("gemini/gemini-2.5-flash", ",\"max_tokens\":9,\"input\":\"x\""));

        Assert.Equal(status, (int)response.StatusCode);
        JsonSame.Equal(told, JsonSame.Utf8(await BodyAsync(response)));
    }

    private static Task<string> BodyAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
