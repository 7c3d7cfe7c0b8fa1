using System.Net;
using System.Text.Json.Nodes;
using Farthing.Gateway.Keys;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class ModelListTests
{
    private const string Key = "fk-the-clients-own-key";
    private static readonly (string, string)[] Anthropic = [("anthropic-version", "2023-06-01")];

    private static string Named { get; } = Yaml
        .Replace("[openai/gpt-4o-mini, other/gpt-4.1-nano]", "{name: captions, targets: [openai/gpt-4o-mini, anthropic/claude-haiku-4-5]}", StringComparison.Ordinal)
        .Replace("  other: {", "  other: {models: [m1, m2, m3], ", StringComparison.Ordinal);

    [Theory]
    [InlineData("/v1/models", "captions openai/gpt-4o-mini anthropic/claude-haiku-4-5 other/m1 other/m2 other/m3")]
    [InlineData("/langchain/models", "captions openai/gpt-4o-mini anthropic/claude-haiku-4-5 other/m1 other/m2 other/m3")]
    [InlineData("/openai/v1/models", "gpt-4o-mini")]
    [InlineData("/anthropic/models", "claude-haiku-4-5")]
    public async Task A_providers_own_route_lists_its_models_as_its_sdk_writes_them(string path, string names)
    {
        await using var rig = await GatewayRig.StartAsync(Named);

        Assert.Equal(names, string.Join(' ', Ids((await GetAsync(rig, path)).Body)));
    }

    [Theory]
    [InlineData("/openai/v1/models/gpt-4o-mini", 200)]
    [InlineData("/openai/models/gpt-4.1", 200)]
    [InlineData("/anthropic/v1/models/claude-haiku-4-5", 200)]
    [InlineData("/anthropic/v1/models/captions", 200)]
    [InlineData("/v1/models/gpt-4o-mini", 200)]
    [InlineData("/v1/models/captions", 200)]
    [InlineData("/v1/models/other%2Fm9", 200)]
    [InlineData("/v1/models/nothing", 404)]
    [InlineData("/v1/models/nobody/m", 404)]
    public async Task One_model_is_found_by_every_name_that_calls_take(string path, int status)
    {
        await using var rig = await GatewayRig.StartAsync(Named);

        var (told, body) = await GetAsync(rig, path);

        Assert.Equal(status, (int)told);
        Assert.Equal(status == 200 ? Uri.UnescapeDataString(path[(path.IndexOf("models/", StringComparison.Ordinal) + 7)..]) : null, (string?)body["id"]);
    }

    [Fact]
    public async Task A_key_is_shown_what_it_may_ask_for()
    {
        await using var rig = await GatewayRig.StartAsync(Named + $"\nclient_keys: [{{name: a, hash: \"sha256:{ClientKeys.HashOf(Key)}\", models: [\"anthropic/*\", m2]}}]");
        (string, string)[] key = [("Authorization", "Bearer " + Key)];

        Assert.Equal(["anthropic/claude-haiku-4-5", "other/m2"], Ids((await GetAsync(rig, "/v1/models", key)).Body));
        Assert.Equal(["claude-haiku-4-5"], Ids((await GetAsync(rig, "/anthropic/models", key)).Body));
        Assert.Empty(Ids((await GetAsync(rig, "/openai/models", key)).Body));
        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound],
            [
                (await GetAsync(rig, "/v1/models/captions", key)).Status, (await GetAsync(rig, "/v1/models/gpt-4o-mini", key)).Status, (await GetAsync(rig, "/v1/models/m2", key)).Status,
                (await GetAsync(rig, "/v1/models/anthropic/claude-opus-4-7", key)).Status, (await GetAsync(rig, "/v1/models/other/m1", key)).Status,
            ]);
    }

    [Fact]
    public async Task Anthropics_clients_get_pages()
    {
        await using var rig = await GatewayRig.StartAsync(Named.Replace("m1, m2, m3", string.Join(", ", Enumerable.Range(1, 30).Select(static i => $"m{i}")), StringComparison.Ordinal));

        // 33 in all: the chain, its two targets, and thirty.
        Assert.Equal((20, true, "captions", "other/m17"), Page((await GetAsync(rig, "/v1/models", Anthropic)).Body));
        Assert.Equal((13, false, "other/m18", "other/m30"), Page((await GetAsync(rig, "/v1/models?after_id=other/m17", Anthropic)).Body));
        Assert.Equal((33, false, "captions", "other/m30"), Page((await GetAsync(rig, "/v1/models?limit=1000", Anthropic)).Body));
        Assert.Equal((2, true, "other/m1", "other/m2"), Page((await GetAsync(rig, "/v1/models?limit=2&after_id=anthropic%2Fclaude-haiku-4-5", Anthropic)).Body));
        Assert.Equal((2, true, "openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"), Page((await GetAsync(rig, "/v1/models?limit=2&before_id=other/m1", Anthropic)).Body));
        Assert.Equal((1, false, "captions", "captions"), Page((await GetAsync(rig, "/v1/models?limit=2&before_id=openai/gpt-4o-mini", Anthropic)).Body));
        Assert.Equal((0, false, null, null), Page((await GetAsync(rig, "/v1/models?after_id=other/m30", Anthropic)).Body));

        // OpenAI's list has no pages.
        Assert.Equal(33, Ids((await GetAsync(rig, "/v1/models?limit=2")).Body).Count());
    }

    [Theory]
    [InlineData("limit=0", "limit: must be a whole number from 1 to 1000.")]
    [InlineData("limit=1001", "limit: must be a whole number from 1 to 1000.")]
    [InlineData("limit=x", "limit: must be a whole number from 1 to 1000.")]
    [InlineData("limit=1&limit=2", "limit: must be a whole number from 1 to 1000.")]
    [InlineData("after_id=nope", "after_id: the list has no model of this name. Send the last_id of a page.")]
    [InlineData("before_id=nope", "before_id: the list has no model of this name. Send the first_id of a page.")]
    [InlineData("after_id=captions&before_id=other/m1", "before_id: stands beside after_id. Send one of them.")]
    public async Task A_page_that_is_none_is_an_error_of_anthropics_form(string query, string message)
    {
        await using var rig = await GatewayRig.StartAsync(Named);

        var (status, body) = await GetAsync(rig, "/v1/models?" + query, Anthropic);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(("error", "invalid_request_error", message), ((string)body["type"]!, (string)body["error"]!["type"]!, (string)body["error"]!["message"]!));
    }

    private static IEnumerable<string> Ids(JsonNode body) => body["data"]!.AsArray().Select(static model => (string)model!["id"]!);

    private static (int, bool, string?, string?) Page(JsonNode body) => (Ids(body).Count(), (bool)body["has_more"]!, (string?)body["first_id"], (string?)body["last_id"]);

    private static async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(GatewayRig rig, string path, (string Name, string Value)[]? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
