using System.Net;
using System.Text.Json;
using Farthing.Gateway.Keys;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Clients of chats and messages at models that are served by Responses alone.</summary>
public sealed class ResponsesOnlyTests
{
    private const string Key = "fk-the-clients-own-key";

    private const string Response =
        """
        {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"gpt-5-pro","error":null,"incomplete_details":null,"output":[{"type":"reasoning","id":"rs_1","summary":[]},{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A red mug.","annotations":[]}]}],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":8},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":27}}
        """;

    private const string Yaml =
        """
        providers:
          openai: {base_url: FIRST, keys: [{value: env.PRIMARY}]}
          other: {base_url: SECOND, keys: [{value: env.OTHER}], responses_models: ["*"], price_as: openai}
          anthropic: {base_url: SECOND, keys: [{value: env.ANTHROPIC}]}
        resilience: {retries: 0, retry_delay_seconds: 0, attempt_seconds: 20, total_seconds: 60, stream_idle_seconds: 20, breaker_minimum: 1000}
        server: {listen: "127.0.0.1:0"}

        """;

    private static readonly string[] Pieces =
    [
        Event("response.created", """{"type":"response.created","response":{"id":"resp_1","model":"gpt-5-pro","status":"in_progress","output":[]}}"""),
        Event("response.output_item.added", """{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":[]}}"""),
        Event("response.output_text.delta", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"A red"}"""),
        Event("response.output_text.delta", """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":" mug."}"""),
        Event("response.completed", """{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[],"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":8},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":27}}}"""),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Event(string type, string data) => $"event: {type}\ndata: {data}\n\n";

    private static string Ask(string path, string model, string more = "") => GatewayRig.Chat(model, (path == "/v1/messages" ? ",\"max_tokens\":900" : "") + more);

    private static string Said(JsonElement answer) => answer.TryGetProperty("choices", out JsonElement choices)
        ? choices[0].GetProperty("message").GetProperty("content").GetString()!
        : answer.GetProperty("content")[0].GetProperty("text").GetString()!;

    [Theory]
    [InlineData("/v1/chat/completions", "openai/gpt-5-pro")]
    [InlineData("/v1/messages", "openai/gpt-5-pro")]
    [InlineData("/v1/chat/completions", "gpt-5.1-codex-max")]
    [InlineData("/v1/messages", "codex-mini-latest")]
    public async Task OpenAis_own_are_answered_and_booked_by_the_responses_count(string path, string model)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Json(200, Response);

        using var response = await rig.PostAsync(path, Ask(path, model));

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal("A red mug.", Said(answer.RootElement));
        FakeProvider.Received sent = Assert.Single(rig.First.Requests);
        Assert.EndsWith("/v1/responses", sent.Path, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(sent.Body);
        Assert.False(body.RootElement.GetProperty("store").GetBoolean());
        BookedAttempt booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 12, 8, 4, 3, 0), (booked.Outcome, booked.Input, booked.Cached, booked.Output, booked.Reasoning, booked.Estimated));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "data: [DONE]\n\n")]
    [InlineData("/v1/messages", "\"type\":\"message_stop\"}\n\n")]
    public async Task A_stream_is_one_of_the_clients(string path, string end)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, Pieces);

        using var response = await rig.PostAsync(path, Ask(path, "other/own-model", ",\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.EndsWith(end, text, StringComparison.Ordinal);
        Assert.Contains("A red", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"total_tokens\"", text, StringComparison.Ordinal);
        Assert.EndsWith("/v1/responses", Assert.Single(rig.Second.Requests).Path, StringComparison.Ordinal);
        BookedAttempt booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 12, 8, 4, 3, 0), (booked.Outcome, booked.Input, booked.Cached, booked.Output, booked.Reasoning, booked.Estimated));
    }

    [Theory]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/messages", true)]
    [InlineData("/v1/messages", false)]
    public async Task A_stream_that_breaks_says_so_and_is_booked_as_failed(string path, bool isCut)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, [.. Pieces[..4], .. isCut ? [] : (string[])[Event("response.failed", """{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"Broken."}}}""")]]);

        using var response = await rig.PostAsync(path, Ask(path, "other/own-model", ",\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(Stop);
        Assert.Contains(isCut ? "broke off" : "Broken.", text[text.LastIndexOf("data: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
        Assert.Equal("failed", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task A_response_that_failed_before_its_first_token_is_answered_by_the_next_target()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Json(200, """{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"Broken."},"output":[],"usage":{"input_tokens":20,"output_tokens":0}}""");
        rig.Second.Usual = Json(200, Response);
        const string more = ",\"fallbacks\":[\"other/own-model\"]";

        using var whole = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/gpt-5-pro", more));
        rig.First.Usual = Events(cut: false, Pieces[0], Event("error", """{"type":"error","code":"server_error","message":"Broken."}"""));
        rig.Second.Usual = Events(cut: false, Pieces);
        using var stream = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/gpt-5-pro", more + ",\"stream\":true"));

        using var answer = JsonDocument.Parse(await whole.Content.ReadAsStringAsync(Stop));
        Assert.Equal("A red mug.", Said(answer.RootElement));
        Assert.EndsWith("data: [DONE]\n\n", await stream.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(["failed", "answered", "failed", "answered"], (await rig.BooksAsync()).Select(static row => row.Outcome));
    }

    [Fact]
    public async Task What_a_response_can_not_say_is_asked_of_another_target_or_refused_by_its_name()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);

        using var refused = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/gpt-5-pro", ",\"n\":2"));
        using var passed = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/gpt-5-pro", ",\"n\":2,\"fallbacks\":[\"openai/gpt-4o-mini\"]"));
        using var stops = await rig.PostAsync("/v1/messages", GatewayRig.Chat("openai/gpt-5-pro", ",\"max_tokens\":9,\"stop_sequences\":[\"x\"]"));
        rig.First.Usual = Json(200, Response);
        using var dropped = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/gpt-5-pro", ",\"seed\":7,\"temperature\":1"));

        using var answer = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Stop));
        Assert.Equal((HttpStatusCode.BadRequest, "n"), (refused.StatusCode, answer.RootElement.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (passed.StatusCode, stops.StatusCode));
        Assert.Contains("stop_sequences", await stops.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(["/v1/chat/completions", "/v1/responses"], rig.First.Requests.Select(static request => request.Path));
        Assert.Equal("seed, temperature", Header(dropped, "x-farthing-dropped"));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "\"code\":\"invalid_value\"")]
    [InlineData("/v1/messages", "\"type\":\"invalid_request_error\"")]
    public async Task An_error_is_one_of_the_clients_shape(string path, string says)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Json(400, """{"error":{"message":"Too small.","type":"invalid_request_error","param":"max_output_tokens","code":"invalid_value"}}""");

        using var response = await rig.PostAsync(path, Ask(path, "other/own-model"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_at_the_provider_is_booked_by_its_count()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Json(200, Response.Replace("\"output\":[", "\"output\":[{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\",\"action\":{\"type\":\"search\"}},", StringComparison.Ordinal));

        using var response = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("openai/o4-mini-deep-research", ",\"tools\":[{\"type\":\"web_search_preview\"}]"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("web_search_preview", Assert.Single(rig.First.Requests).Body, StringComparison.Ordinal);
        await rig.BooksAsync();
        Assert.Contains(rig.Charges(), static charge => charge is { Resource: "llm/openai/o4-mini-deep-research", Meter: "web-searches", Quantity: 1 });
    }

    [Theory]
    [InlineData("\"max_completion_tokens\":1000", HttpStatusCode.OK)]
    [InlineData("\"max_completion_tokens\":10000000", HttpStatusCode.TooManyRequests)]
    [InlineData("\"max_completion_tokens\":1000,\"tools\":[{\"type\":\"web_search\"}]", HttpStatusCode.Forbidden)]
    public async Task A_budget_bounds_it(string more, HttpStatusCode status)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + $$"""
            client_keys: [{name: team-a, hash: "sha256:{{ClientKeys.HashOf(Key)}}"}]
            budgets: [{name: daily, scope: all, limit_usd: "1.00", period: day}]

            """);
        rig.Second.Usual = Json(200, Response);

        using var response = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("other/gpt-4o-mini", "," + more), ("Authorization", "Bearer " + Key));

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions", true)]
    [InlineData("/v1/messages", false)]
    [InlineData("/v1/messages", true)]
    public async Task An_answer_is_kept_and_served_again(string path, bool stream)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + "semantic_cache: {enabled: true, semantic: false}");
        rig.Second.Usual = stream ? Events(cut: false, Pieces) : Json(200, Response);
        string ask = Ask(path, "other/own-model", stream ? ",\"stream\":true" : "");

        using var first = await rig.PostAsync(path, ask);
        string said = await first.Content.ReadAsStringAsync(Stop);
        using var again = await rig.PostAsync(path, ask);

        Assert.Equal(("miss", "exact"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache")));
        Assert.Equal(said, await again.Content.ReadAsStringAsync(Stop));
        Assert.Single(rig.Second.Requests);
    }

    [Fact]
    public async Task Thinking_that_openai_sealed_comes_back_with_its_call()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Json(200, """
            {"id":"resp_1","status":"completed","model":"gpt-5-codex","output":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sealed"},
             {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}"}],"usage":{"input_tokens":20,"output_tokens":7,"total_tokens":27}}
            """);
        const string tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

        using var first = await rig.PostAsync("/v1/chat/completions", GatewayRig.Chat("gpt-5-codex", tools));
        using var answer = JsonDocument.Parse(await first.Content.ReadAsStringAsync(Stop));
        string message = answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetRawText();
        using var second = await rig.PostAsync("/v1/chat/completions", $$$"""{"model":"gpt-5-codex","messages":[{"role":"user","content":"Hi"},{{{message}}},{"role":"tool","tool_call_id":"call_1","content":"x"}]{{{tools}}}}""");

        using var sent = JsonDocument.Parse(rig.First.Requests.Last().Body);
        Assert.Equal("reasoning.encrypted_content", sent.RootElement.GetProperty("include")[0].GetString());
        Assert.Equal(["", "reasoning", "function_call", "function_call_output"], sent.RootElement.GetProperty("input").EnumerateArray().Select(static item => item.TryGetProperty("type", out var type) ? type.GetString() : ""));
        Assert.Equal("sealed", sent.RootElement.GetProperty("input")[1].GetProperty("encrypted_content").GetString());
    }
}
