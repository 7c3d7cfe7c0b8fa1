using System.Net;
using System.Text.Json;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Clients of one shape at providers of the other.</summary>
public sealed class BridgingTests
{
    private const string MessageAnswer =
        """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"A red mug."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"cache_read_input_tokens":4,"output_tokens":5}}
        """;

    private const string CrossYaml =
        """
        providers:
          openai: {base_url: FIRST, keys: [{value: env.PRIMARY}]}
          anthropic: {base_url: SECOND, keys: [{value: env.ANTHROPIC}]}
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

    [Fact]
    public async Task An_openai_client_falls_back_to_an_anthropic_model()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.First.Usual = Json(500, "{}");
        rig.Second.Usual = Json(200, MessageAnswer);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("chat.completion", answer.RootElement.GetProperty("object").GetString());
        Assert.Equal("A red mug.", answer.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(16, answer.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        var sent = Assert.Single(rig.Second.Requests);
        Assert.Equal(AnthropicKey, sent.Key);
        Assert.EndsWith("/messages", sent.Path, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(sent.Body);
        Assert.True(body.RootElement.GetProperty("max_tokens").GetInt32() > 0);
        var booked = (await rig.BooksAsync())[^1];
        Assert.Equal(("anthropic", "answered", 12, 4, 5), (booked.Provider, booked.Outcome, booked.Input, booked.Cached, booked.Output));
    }

    [Fact]
    public async Task A_stream_of_messages_reaches_an_openai_client_as_chunks()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Events(cut: false, MessageEvents);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5", ",\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        var chunks = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).SkipLast(1).Select(static line => JsonDocument.Parse(line["data: ".Length..])).ToList();
        Assert.All(chunks, static chunk => Assert.Equal("chat.completion.chunk", chunk.RootElement.GetProperty("object").GetString()));
        Assert.Equal("A red mug.", string.Concat(chunks.Select(static chunk => chunk.RootElement.GetProperty("choices")[0].GetProperty("delta"))
            .Where(static delta => delta.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String).Select(static delta => delta.GetProperty("content").GetString())));
        var booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 12, 5, 0), (booked.Outcome, booked.Input, booked.Output, booked.Estimated));
    }

    [Fact]
    public async Task A_comment_within_a_stream_is_passed_over()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Events(cut: false, [MessageEvents[0], ": still working\n\n", .. MessageEvents[1..]]);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5", ",\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Contains(" mug.", text, StringComparison.Ordinal);
        Assert.Equal("answered", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_translated_is_booked_with_the_tokens_that_it_reports()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.First.Usual = Json(200, """{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":1200,"total_tokens":1220}}""");

        using var response = await rig.PostAsync("/v1/messages", Chat("openai/gpt-4o", ",\"max_tokens\":2000"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", "broken", 20L, 1_200L, 0L), (booked.Outcome, booked.Fault, booked.Input, booked.Output, booked.Estimated));
    }

    [Theory]
    [InlineData("length", HttpStatusCode.OK, "answered", "")]
    [InlineData("tool_calls", HttpStatusCode.BadGateway, "failed", "unusable")]
    public async Task Half_the_arguments_of_a_tool_are_an_answer_where_the_clients_limit_cut_them_and_never_the_providers_fault(
        string reason, HttpStatusCode status, string outcome, string fault)
    {
        await using var rig = await StartAsync(CrossYaml.Replace("retries: 0", "retries: 2", StringComparison.Ordinal).Replace("breaker_minimum: 1000", "breaker_minimum: 2", StringComparison.Ordinal));
        rig.First.Usual = Json(200, $$$"""
            {"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]},"finish_reason":"{{{reason}}}"}],
             "usage":{"prompt_tokens":20,"completion_tokens":30,"total_tokens":50}}
            """);

        for (int i = 0; i < 4; i++)
        {
            using var response = await rig.PostAsync("/v1/messages", Chat("openai/gpt-4o", ",\"max_tokens\":30"));

            Assert.Equal(status, response.StatusCode);
            if (status == HttpStatusCode.OK)
            {
                using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                Assert.Equal("max_tokens", answer.RootElement.GetProperty("stop_reason").GetString());
                Assert.Equal("{}", answer.RootElement.GetProperty("content")[0].GetProperty("input").GetRawText());
            }
        }

        Assert.Equal(4, rig.First.Requests.Count);
        Assert.All(await rig.BooksAsync(), row => Assert.Equal((outcome, fault, 20L, 30L, 0L), (row.Outcome, row.Fault, row.Input, row.Output, row.Estimated)));
    }

    [Fact]
    public async Task A_stream_that_the_translator_cannot_go_on_with_is_booked_as_broken()
    {
        const string Half = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n";
        await using var rig = await StartAsync(CrossYaml);
        rig.First.Usual = Events(cut: false, Half, "data: [DONE]\n\n");

        using var response = await rig.PostAsync("/v1/messages", Chat("openai/gpt-4o", ",\"max_tokens\":30,\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, text.Split("event: error").Length - 1);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
        var booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", "broken_stream"), (booked.Outcome, booked.Fault));
    }

    [Fact]
    public async Task A_stream_that_is_nothing_but_its_end_goes_to_the_next_target()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.First.Usual = Events(cut: false, "data: [DONE]\n\n");
        rig.Second.Usual = Events(cut: false, MessageEvents);

        using var response = await rig.PostAsync("/v1/messages", Chat("gpt-4o-mini", ",\"max_tokens\":30,\"stream\":true"));

        Assert.Equal(string.Concat(MessageEvents), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["broken", ""], (await rig.BooksAsync()).Select(static row => row.Fault));
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_in_an_error_and_not_in_done()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Events(cut: true, MessageEvents[..4]);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5", ",\"stream\":true"));

        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal("failed", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task An_anthropic_client_reaches_an_openai_model()
    {
        await using var rig = await StartAsync(CrossYaml);

        using var response = await rig.PostAsync(
            "/v1/messages", """{"model":"openai/gpt-4o-mini","max_tokens":100,"messages":[{"role":"user","content":"Describe a red mug."}]}""");

        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("message", answer.RootElement.GetProperty("type").GetString());
        Assert.Equal("text", answer.RootElement.GetProperty("content")[0].GetProperty("type").GetString());
        Assert.EndsWith("/chat/completions", Assert.Single(rig.First.Requests).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_the_wrong_shape_is_a_fault_of_the_provider()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Json(200, ChatAnswer);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var booked = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", "broken", 20L, 4L, 3L, 0L), (booked.Outcome, booked.Fault, booked.Input, booked.Output, booked.Reasoning, booked.Estimated));
    }

    [Fact]
    public async Task What_the_other_shape_cannot_say_is_refused_by_its_name()
    {
        await using var rig = await StartAsync(CrossYaml);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5", ",\"n\":2"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("n", answer.RootElement.GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(rig.Second.Requests);
    }

    [Fact]
    public async Task A_target_that_cannot_say_the_request_is_passed_over_for_one_that_can()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.First.Then(Json(500, "{}"));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4o-mini", ",\"n\":2,\"fallbacks\":[\"anthropic/claude-haiku-4-5\",\"openai/gpt-4.1-nano\"]"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, rig.First.Requests.Count);
        Assert.Empty(rig.Second.Requests);
    }

    [Fact]
    public async Task An_error_of_a_provider_has_the_number_that_the_clients_shape_gives_it()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Json(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(529, Assert.Single(await rig.BooksAsync()).Status);
    }

    [Fact]
    public async Task Fields_that_a_translation_left_out_are_named()
    {
        await using var rig = await StartAsync(CrossYaml);
        rig.Second.Usual = Json(200, MessageAnswer);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("anthropic/claude-haiku-4-5", ",\"seed\":7,\"logit_bias\":{},\"be\\nware,\":1"));

        Assert.Equal("seed, logit_bias, beware", Assert.Single(response.Headers.GetValues("x-farthing-dropped")));
    }

    [Theory]
    [InlineData("openai", "max_completion_tokens")]
    [InlineData("openai-compatible", "max_tokens")]
    [InlineData("mistral", "max_tokens")]
    public async Task A_limit_is_written_as_the_server_knows_it(string type, string field)
    {
        await using var rig = await StartAsync(CrossYaml.Replace("openai: {base_url: FIRST", $"openai: {{type: {type}, base_url: FIRST", StringComparison.Ordinal));

        using var response = await rig.PostAsync(
            "/v1/messages", """{"model":"openai/some-model","max_tokens":77,"messages":[{"role":"user","content":"Describe a red mug."}]}""");

        using var sent = JsonDocument.Parse(Assert.Single(rig.First.Requests).Body);
        Assert.Equal(77, sent.RootElement.GetProperty(field).GetInt32());
    }

    private static string Event(string type, string data) => $"event: {type}\ndata: {data}\n\n";
}
