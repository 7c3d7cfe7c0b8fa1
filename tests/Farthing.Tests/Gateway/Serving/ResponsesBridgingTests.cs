using System.Net;
using System.Text.Json;
using Farthing.Tests.Gateway.Caching;
using Farthing.Tests.Gateway.Translation;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Clients of Responses at providers that don't speak it.</summary>
public sealed class ResponsesBridgingTests
{
    private const string Message =
        """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"A red mug."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"cache_read_input_tokens":4,"output_tokens":5}}
        """;

    private const string Yaml =
        """
        providers:
          openai: {base_url: FIRST, keys: [{value: env.PRIMARY}]}
          anthropic: {base_url: SECOND, keys: [{value: env.ANTHROPIC}]}
          mistral: {base_url: SECOND, keys: [{value: env.OTHER}]}
          gemini: {base_url: SECOND, keys: [{value: env.OTHER}]}
        fallbacks:
          - [openai/gpt-4o-mini, anthropic/claude-haiku-4-5]
        resilience: {retries: 0, retry_delay_seconds: 0, attempt_seconds: 20, total_seconds: 60, stream_idle_seconds: 20, breaker_minimum: 1000}
        server: {listen: "127.0.0.1:0"}
        """;

    private static readonly string[] MessageEvents =
    [
        Event("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":12,"output_tokens":1}}}"""),
        Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"A red"}}"""),
        Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" mug."}}"""),
        Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"""),
        Event("message_stop", """{"type":"message_stop"}"""),
    ];

    private static readonly string[] Chunks =
    [
        "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"A red\"}}]}\n\n",
        "data: {\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" mug.\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":30}}\n\n",
        "data: [DONE]\n\n",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Ask(string model = "gpt-4o-mini", string more = "", string text = "Describe a red mug.") => $$"""{"model":"{{model}}","input":"{{text}}"{{more}}}""";

    private static string Event(string type, string data) => $"event: {type}\ndata: {data}\n\n";

    private static async Task<List<(string Type, string Data)>> EventsAsync(HttpResponseMessage response) =>
        StreamTranslationTests.Events(await response.Content.ReadAsStringAsync(Stop));

    [Theory]
    [InlineData("mistral/mistral-small", false)]
    [InlineData("gemini/gemini-2.5-flash", true)]
    public async Task An_anthropic_clients_stream_asks_for_usage_only_where_the_provider_takes_that(string model, bool asks)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, Chunks);

        using var response = await rig.PostAsync("/v1/messages", $$"""{"model":"{{model}}","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        Assert.EndsWith("\"type\":\"message_stop\"}\n\n", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(asks, rig.Second.Requests.Single().Body.Contains("stream_options", StringComparison.Ordinal));
        Assert.Equal((20L, 7L), (await rig.BooksAsync()).Select(static row => (row.Input, row.Output)).Single());
    }

    [Fact]
    public async Task A_chain_falls_back_to_an_anthropic_model_and_is_booked_by_its_count()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Json(500, "{}");
        rig.Second.Usual = Json(200, Message);

        using var response = await rig.PostAsync("/v1/responses", Ask());

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        Assert.Equal(("response", "A red mug."), (answer.RootElement.GetProperty("object").GetString(), answer.RootElement.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()));
        Assert.Equal(16, answer.RootElement.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        Assert.EndsWith("/responses", Assert.Single(rig.First.Requests).Path, StringComparison.Ordinal);
        Assert.EndsWith("/messages", Assert.Single(rig.Second.Requests).Path, StringComparison.Ordinal);
        var booked = (await rig.BooksAsync())[^1];
        Assert.Equal(("anthropic", "answered", 12, 4, 5, 0), (booked.Provider, booked.Outcome, booked.Input, booked.Cached, booked.Output, booked.Estimated));
    }

    [Fact]
    public async Task A_stream_of_messages_is_a_stream_of_a_response()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, MessageEvents);

        using var response = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", ",\"stream\":true"));

        ResponseGrammar.Check(await EventsAsync(response));
        var booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 12, 5, 0), (booked.Outcome, booked.Input, booked.Output, booked.Estimated));
    }

    [Theory]
    [InlineData("mistral", false)]
    [InlineData("gemini", true)]
    public async Task A_stream_of_a_chat_is_one_too_and_its_usage_is_asked_for_where_that_is_needed(string provider, bool asks)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, Chunks);

        using var response = await rig.PostAsync("/v1/responses", Ask($"{provider}/some-model", ",\"stream\":true,\"max_output_tokens\":77"));

        List<(string Type, string Data)> events = await EventsAsync(response);
        ResponseGrammar.Check(events);
        using var last = JsonDocument.Parse(events[^1].Data);
        Assert.Equal((10, 3), (last.RootElement.GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32(), last.RootElement.GetProperty("response").GetProperty("usage").GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt32()));
        using var sent = JsonDocument.Parse(Assert.Single(rig.Second.Requests).Body);
        Assert.Equal(asks, sent.RootElement.TryGetProperty("stream_options", out _));
        Assert.Equal(77, sent.RootElement.GetProperty(asks ? "max_completion_tokens" : "max_tokens").GetInt32());
        Assert.Equal(("answered", 20, 7), Assert.Single(await rig.BooksAsync()) is var booked ? (booked.Outcome, booked.Input, booked.Output) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_fails_and_says_why_with_numbers_that_go_on(bool isCut)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Events(cut: false, [.. MessageEvents[..3], .. isCut ? [] : (string[])["data: {half\n\n"]]);

        using var response = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", ",\"stream\":true"));

        List<(string Type, string Data)> events = await EventsAsync(response);
        Assert.Equal(["response.failed", "error"], events.TakeLast(2).Select(static one => one.Type));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(static one => JsonDocument.Parse(one.Data).RootElement.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("failed", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task A_stream_that_dies_before_its_first_token_is_answered_by_the_next_target()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.First.Usual = Events(cut: true, Event("response.created", """{"type":"response.created","response":{"id":"resp_first"}}"""));
        rig.Second.Usual = Events(cut: false, MessageEvents);

        using var response = await rig.PostAsync("/v1/responses", Ask(more: ",\"stream\":true"));

        List<(string Type, string Data)> events = await EventsAsync(response);
        ResponseGrammar.Check(events);
        Assert.DoesNotContain("resp_first", events[0].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_at_a_provider_is_refused_by_its_name_and_asked_of_who_may_have_it()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        const string more = ",\"previous_response_id\":\"resp_1\"";
        rig.First.Usual = Json(200, """{"id":"resp_2","status":"completed","output":[]}""");

        using var refused = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", more));
        using var passed = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", more + ",\"fallbacks\":[\"openai/gpt-4o-mini\"]"));

        using var answer = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Stop));
        Assert.Equal((HttpStatusCode.BadRequest, "previous_response_id"), (refused.StatusCode, answer.RootElement.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        Assert.Contains("resp_1", Assert.Single(rig.First.Requests).Body, StringComparison.Ordinal);
        Assert.Empty(rig.Second.Requests);
    }

    [Theory]
    [InlineData("anthropic/claude-haiku-4-5", 529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 503, "overloaded")]
    [InlineData("mistral/m", 422, """{"object":"error","message":"No such field","type":"invalid_request","code":"x1"}""", 422, "")]
    [InlineData("gemini/m", 404, """{"error":{"message":"No such model","type":"not_found","code":"no_model"}}""", 404, "no_model")]
    [InlineData("gemini/m", 400, "not json", 400, "")]
    public async Task An_error_is_one_of_openais(string model, int status, string body, int told, string code)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        rig.Second.Usual = Json(status, body);

        using var response = await rig.PostAsync("/v1/responses", Ask(model));

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Stop));
        JsonElement error = answer.RootElement.GetProperty("error");
        Assert.Equal((told, code), ((int)response.StatusCode, error.GetProperty("code").GetString() ?? ""));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Thinking_that_was_sealed_here_is_not_sent_to_a_provider_that_seals_its_own()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml);
        const string input = """[{"role":"user","content":"x"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"farthing-thinking-1.W10"}]""";

        using var response = await rig.PostAsync("/v1/responses", $$"""{"model":"openai/gpt-4o-mini","input":{{input}}}""");

        using var sent = JsonDocument.Parse(Assert.Single(rig.First.Requests).Body);
        Assert.Equal(1, sent.RootElement.GetProperty("input").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_was_translated_is_kept_and_served_again(bool stream)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6}", new WordEmbedder());
        rig.Second.Usual = stream ? Events(cut: false, MessageEvents) : Json(200, Message);
        string more = stream ? ",\"stream\":true" : "";

        using var first = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", more, "Describe a red mug on a white table."));
        string said = await first.Content.ReadAsStringAsync(Stop);
        using var again = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", more, "Describe a red mug on a white table."));
        using var other = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5", more, "Please describe a red mug on a white table."));

        Assert.Equal(("miss", "exact", "semantic"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache"), Header(other, "x-farthing-cache")));
        Assert.Equal(said, await again.Content.ReadAsStringAsync(Stop));
        Assert.Equal(said, await other.Content.ReadAsStringAsync(Stop));
        Assert.Single(await rig.BooksAsync());
        Assert.NotEmpty(rig.Memos());
    }

    [Fact]
    public async Task What_was_cut_at_its_limit_is_not_kept()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + "\nsemantic_cache: {enabled: true, semantic: false}");
        rig.Second.Usual = Json(200, Message.Replace("end_turn", "max_tokens", StringComparison.Ordinal));

        (await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5"))).Dispose();
        using var again = await rig.PostAsync("/v1/responses", Ask("anthropic/claude-haiku-4-5"));

        Assert.Equal("miss", Header(again, "x-farthing-cache"));
    }
}
