using System.Net;
using System.Text.Json;
using Farthing.Tests.Gateway.Caching;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Answers whose status is good and which are none all the same.</summary>
public sealed class FailedAnswerTests
{
    private const string ChatPath = "/v1/chat/completions", MessagesPath = "/v1/messages", ResponsesPath = "/v1/responses";
    private const string More = ",\"max_tokens\":9,\"input\":\"x\"";
    private const string Message = "\"message\":{\"role\":\"assistant\",\"content\":\"par\"}";
    private const string Overloaded = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""";

    [Theory]
    [InlineData("""{"error":{"code":502,"message":"Upstream"}}""", "server_error")]
    [InlineData("""{"error":{"code":"429","message":"Slow down"},"choices":[]}""", "rate_limited")]
    [InlineData("""{"error":{"message":"Slow down","type":"tokens","code":"rate_limit_exceeded"}}""", "rate_limited")]
    [InlineData("""{"error":{"message":"No such key","code":"invalid_api_key"}}""", "key_refused")]
    [InlineData("""{"error":"busy"}""", "server_error")]
    [InlineData("{}", "broken")]
    [InlineData("""{"choices":[]}""", "broken")]
    [InlineData("""{"choices":{}}""", "broken")]
    [InlineData("""{"choices":[{"message":null,"finish_reason":"stop"}]}""", "broken")]
    [InlineData($$"""{"choices":[{ {{Message}},"finish_reason":"error"}]}""", "server_error")]
    [InlineData($$"""{"choices":[{"finish_reason":"error","error":{"code":429,"message":"Upstream"},{{Message}} }]}""", "rate_limited")]
    [InlineData($$"""{"choices":[{ {{Message}},"finish_reason":"stop"},{ {{Message}},"finish_reason":"insufficient_system_resource"}]}""", "server_error")]
    public async Task The_next_target_is_asked_whatever_the_client_speaks(string body, string fault)
    {
        foreach (string path in (string[])[ChatPath, MessagesPath])
        {
            await using var rig = await GatewayRig.StartAsync();
            rig.First.Usual = Json(200, body);

            using var response = await rig.PostAsync(path, Chat(more: More));

            Assert.Equal((HttpStatusCode.OK, "other"), (response.StatusCode, Header(response, "x-farthing-provider")));
            int keys = fault is "rate_limited" or "key_refused" ? 2 : 1;
            Assert.Equal(keys, rig.First.Requests.Count);
            Assert.All((await rig.BooksAsync()).Take(keys), row => Assert.Equal(("failed", fault, 200L), (row.Outcome, row.Fault, row.Status)));
        }
    }

    [Theory]
    [InlineData($$"""{"choices":[{ {{Message}} }]}""")]
    [InlineData($$"""{"choices":[{ {{Message}},"finish_reason":null}]}""")]
    public async Task An_answer_that_does_not_say_why_it_ended_is_one_and_is_not_kept(string body)
    {
        foreach (string path in (string[])[ChatPath, MessagesPath])
        {
            await using var rig = await GatewayRig.StartAsync(ExactCacheTests.Cached);
            rig.First.Usual = Json(200, body);

            using var first = await rig.PostAsync(path, Chat(more: More));
            using var second = await rig.PostAsync(path, Chat(more: More));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, "miss"), (first.StatusCode, second.StatusCode, Header(second, "x-farthing-cache")));
            Assert.Equal(2, rig.First.Requests.Count);
        }
    }

    [Theory]
    [InlineData("""{"status":"failed","error":{"code":"rate_limit_exceeded","message":"Slow"},"output":[],"usage":{"input_tokens":20,"output_tokens":7}}""", "rate_limited", 20, 7)]
    [InlineData("""{"status":"failed","error":null,"output":[]}""", "server_error", 0, 0)]
    [InlineData("""{"status":"completed"}""", "broken", 9, 1)]
    public async Task A_response_that_failed_is_no_answer(string body, string fault, long input, long output)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, body);

        using var response = await rig.PostAsync(ResponsesPath, Chat(more: More));

        Assert.Equal((HttpStatusCode.OK, "other"), (response.StatusCode, Header(response, "x-farthing-provider")));
        var row = (await rig.BooksAsync())[0];
        Assert.Equal(("failed", fault), (row.Outcome, row.Fault));
        Assert.True((row.Input, row.Output) == (input, output) || (fault == "broken" && row.Estimated == 1), $"{row}");
    }

    [Fact]
    public async Task A_response_that_is_made_in_the_background_is_passed_on()
    {
        const string queued = """{"id":"resp_1","status":"queued","error":null,"output":[],"usage":null}""";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, queued);

        using var response = await rig.PostAsync(ResponsesPath, Chat(more: ",\"input\":\"x\",\"background\":true"));

        Assert.Equal(queued, await TextAsync(response));
    }

    [Theory]
    [InlineData(MessagesPath, HttpStatusCode.ServiceUnavailable + 26, Overloaded)]
    [InlineData(ChatPath, HttpStatusCode.ServiceUnavailable, """{"error":{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"}}""")]
    public async Task An_error_of_anthropics_is_passed_on_as_its_status_would_be(string path, HttpStatusCode status, string said)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, Overloaded);

        using var response = await rig.PostAsync(path, Chat("anthropic/claude-haiku-4-5", More));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(said, await TextAsync(response));
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", "server_error", 0L, 0L, 0L), (row.Outcome, row.Fault, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task A_message_without_an_end_is_none()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, """{"type":"message","content":[{"type":"text","text":"par"}],"stop_reason":null,"usage":{"input_tokens":12,"output_tokens":5}}""");

        foreach (string path in (string[])[ChatPath, MessagesPath])
        {
            using var response = await rig.PostAsync(path, Chat("anthropic/claude-haiku-4-5", More));
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }

        Assert.All(await rig.BooksAsync(), static row => Assert.Equal(("failed", "broken", 12L, 5L, 0L), (row.Outcome, row.Fault, row.Input, row.Output, row.Estimated)));
    }

    [Fact]
    public async Task What_the_client_did_wrong_is_told_and_what_was_used_is_booked()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, $$$"""{"error":{"message":"Too long, {{{PrimaryKey}}}","type":"invalid_request_error","code":"context_length_exceeded"},"usage":{"prompt_tokens":20,"completion_tokens":0}}""");

        using var response = await rig.PostAsync(ChatPath, Chat());

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"error":{"message":"Too long, ***","type":"invalid_request_error","code":"context_length_exceeded"}}""", await TextAsync(response));
        Assert.Empty(rig.Second.Requests);
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("rejected", "rejected", 20L, 0L), (row.Outcome, row.Fault, row.Input, row.Estimated));
    }

    [Fact]
    public async Task A_choice_that_failed_is_booked_with_what_came_of_it()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, """{"choices":[{"message":{"content":"Hello there"},"finish_reason":"error"}]}""");

        (await rig.PostAsync(ChatPath, Chat())).Dispose();

        var row = (await rig.BooksAsync())[0];
        Assert.Equal(("failed", 9L, 3L, 1L), (row.Outcome, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task The_breaker_hears_of_it()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("breaker_minimum: 1000", "breaker_minimum: 2", StringComparison.Ordinal));
        rig.First.Usual = Json(200, """{"error":{"code":502,"message":"Upstream"}}""");

        for (int i = 0; i < 4; i++)
        {
            using var response = await rig.PostAsync(ChatPath, Chat());
            Assert.Equal("other", Header(response, "x-farthing-provider"));
        }

        Assert.Equal(2, rig.First.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_was_asked_for_is_no_body_of_json_and_the_other_way_round()
    {
        const string chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Json(200, ChatAnswer)).Then(Json(200, """{"error":{"code":503,"message":"no"}}""")).Then(Events(cut: false, chunk));
        rig.Second.Then(Events(cut: false, chunk), times: 2).Then(Json(200, ChatAnswer));

        using var streamed = await rig.PostAsync(ChatPath, Chat(more: ",\"stream\":true"));
        using var failed = await rig.PostAsync(ChatPath, Chat(more: ",\"stream\":true"));
        using var whole = await rig.PostAsync(ChatPath, Chat());

        Assert.Equal((chunk, chunk, ChatAnswer), (await TextAsync(streamed), await TextAsync(failed), await TextAsync(whole)));
        var books = await rig.BooksAsync();
        Assert.Equal(["broken", "", "server_error", "", "broken", ""], books.Select(static row => row.Fault));

        // The provider counted the first, which was a whole answer.
        Assert.Equal((12L, 8L, 4L, 3L, 0L), (books[0].Input, books[0].Cached, books[0].Output, books[0].Reasoning, books[0].Estimated));
    }

    [Theory]
    [InlineData("{\"content\":\"Hello there\"}", 3)]
    [InlineData("{\"content\":\"Hello there\"}", 3, ",\"usage\":{\"prompt_tokens\":11}", 11)]
    public async Task An_anthropic_client_is_told_what_is_booked_where_nothing_was_counted(string message, long output, string usage = "", long input = 9)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, $$"""{"choices":[{"message":{{message}},"finish_reason":"stop"}]{{usage}}}""");

        using var response = await rig.PostAsync(MessagesPath, Chat("openai/gpt-4o-mini", ",\"max_tokens\":9"));

        using var answer = JsonDocument.Parse(await TextAsync(response));
        JsonElement told = answer.RootElement.GetProperty("usage");
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal((input, output, 1L), (row.Input, row.Output, row.Estimated));
        Assert.Equal((input, output), (told.GetProperty("input_tokens").GetInt64(), told.GetProperty("output_tokens").GetInt64()));
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
