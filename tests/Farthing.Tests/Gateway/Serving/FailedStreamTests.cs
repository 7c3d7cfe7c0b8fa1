using System.Net;
using System.Text.Json;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>Streams in which the provider says that it failed, and streams that only look whole.</summary>
public sealed class FailedStreamTests
{
    private const string ChatPath = "/v1/chat/completions", MessagesPath = "/v1/messages";
    private const string Stream = ",\"max_tokens\":9,\"stream\":true";
    private const string Claude = "anthropic/claude-haiku-4-5";
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string MessageStart = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"cache_read_input_tokens\":9,\"output_tokens\":1}}}\n\n";
    private const string MessageText = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello there\"}}\n\n";
    private const string MessageDelta = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\n";

    private static string ErrorEvent(string type) => $"event: error\ndata: {{\"type\":\"error\",\"error\":{{\"type\":\"{type}\",\"message\":\"Not now.\"}}}}\n\n";

    [Theory]
    [InlineData(MessagesPath, "rate_limit_error", 429, "failed", "rate_limited")]
    [InlineData(ChatPath, "rate_limit_error", 429, "failed", "rate_limited")]
    [InlineData(MessagesPath, "overloaded_error", 529, "failed", "server_error")]
    [InlineData(ChatPath, "overloaded_error", 503, "failed", "server_error")]
    [InlineData(MessagesPath, "invalid_request_error", 400, "rejected", "rejected")]
    [InlineData(ChatPath, "invalid_request_error", 400, "rejected", "rejected")]
    public async Task An_error_before_the_first_token_is_what_its_status_would_be(string path, string type, int status, string outcome, string fault)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, ErrorEvent(type));

        using var response = await rig.PostAsync(path, Chat(Claude, Stream));
        using var again = await rig.PostAsync(path, Chat(Claude, Stream));

        Assert.Equal(status, (int)response.StatusCode);
        using var body = JsonDocument.Parse(await TextAsync(response));
        Assert.Equal("Not now.", body.RootElement.GetProperty("error").GetProperty("message").GetString());

        // A key that is limited rests.
        Assert.Equal(fault == "rate_limited" ? "0" : "1", Header(again, "x-farthing-attempts"));
        var row = (await rig.BooksAsync())[0];
        Assert.Equal((outcome, fault, 0L, 0L, 0L), (row.Outcome, row.Fault, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task It_goes_to_the_next_target_and_what_was_counted_is_booked()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, MessageStart, ErrorEvent("overloaded_error"));

        using var response = await rig.PostAsync(ChatPath, Chat(Claude, Stream + ",\"fallbacks\":[\"other/gpt-4.1-nano\"]"));

        Assert.Equal("other", Header(response, "x-farthing-provider"));
        var row = (await rig.BooksAsync())[0];
        Assert.Equal(("failed", "server_error", 25L, 9L), (row.Outcome, row.Fault, row.Input, row.Cached));
    }

    [Theory]
    [InlineData("data: {\"error\":{\"code\":429,\"message\":\"x\"}}\n\n", "rate_limited")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\",\"error\":{\"code\":502,\"message\":\"x\"}}]}\n\n", "server_error")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}\n\n", "server_error")]
    public async Task A_chats_first_event_may_be_an_error(string first, string fault)
    {
        foreach (string path in (string[])[ChatPath, MessagesPath])
        {
            await using var rig = await GatewayRig.StartAsync();
            rig.First.Usual = Events(cut: false, first + Done);
            rig.Second.Usual = Events(cut: false, Hello + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" + Done);

            using var response = await rig.PostAsync(path, Chat(more: Stream));

            Assert.Equal((HttpStatusCode.OK, "other"), (response.StatusCode, Header(response, "x-farthing-provider")));
            await TextAsync(response);
            Assert.Equal(("failed", fault), (await rig.BooksAsync())[0] is var row ? (row.Outcome, row.Fault) : default);
        }
    }

    [Theory]
    [InlineData("\"error\":{\"code\":502,\"message\":\"Gone\"},", "\"error\"", 0)]
    [InlineData("", ",\"error\":{\"code\":502,\"message\":\"Gone\"}", 1)]
    [InlineData("", "", 1)]
    public async Task An_error_in_the_middle_is_told_and_no_done_follows(string beside, string within, int told)
    {
        string failed = $"data: {{{beside}\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"\"}},\"finish_reason\":\"error\"{(told == 1 ? within : "")}}}]}}\n\n";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, Hello, failed + Done);

        using var passed = await rig.PostAsync(ChatPath, Chat(more: Stream));
        using var translated = await rig.PostAsync(MessagesPath, Chat(more: Stream));

        string text = await TextAsync(passed);
        Assert.StartsWith(Hello + failed, text, StringComparison.Ordinal);
        Assert.Equal(told, text[(Hello + failed).Length..].Split("stream_interrupted").Length - 1);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        string message = await TextAsync(translated);
        Assert.Contains("event: error", message, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", message, StringComparison.Ordinal);
        Assert.All(await rig.BooksAsync(), static row => Assert.Equal(("failed", "broken_stream"), (row.Outcome, row.Fault)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_with_a_choice_that_did_not_end_is_not_whole(bool isWhole)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(
            cut: false,
            "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b-half\"},\"finish_reason\":null}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
            isWhole ? "data: {\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{},\"index\":1}]}\n\n" : ": end\n\n");

        using var response = await rig.PostAsync(ChatPath, Chat(more: Stream + ",\"n\":2"));

        Assert.Equal(!isWhole, (await TextAsync(response)).Contains("stream_interrupted", StringComparison.Ordinal));
        Assert.Equal(isWhole ? "answered" : "failed", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task A_broken_stream_whose_count_came_is_booked_by_it()
    {
        const string created = "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"error\":null,\"usage\":null}}\n\n";
        const string text = "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello there\"}\n\n";
        const string failed = "data: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"},\"usage\":{\"input_tokens\":20,\"output_tokens\":1}}}\n\n";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Events(cut: false, MessageStart, MessageText, MessageDelta)).Then(Events(cut: false, created, text, failed));

        using var message = await rig.PostAsync(MessagesPath, Chat(Claude, Stream));
        Assert.Contains("event: error", await TextAsync(message), StringComparison.Ordinal);
        using var response = await rig.PostAsync("/v1/responses", Chat("openai/gpt-4o-mini", Stream + ",\"input\":\"x\""));
        await TextAsync(response);

        var books = await rig.BooksAsync();
        Assert.Equal(("failed", 25L, 9L, 15L, 0L), (books[0].Outcome, books[0].Input, books[0].Cached, books[0].Output, books[0].Estimated));
        Assert.Equal(("failed", 20L, 1L, 0L), (books[1].Outcome, books[1].Input, books[1].Output, books[1].Estimated));
    }

    [Fact]
    public async Task A_count_that_goes_along_with_the_chunks_is_not_that_of_the_whole()
    {
        const string counted = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":1}}\n\n";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, counted, Hello);

        await TextAsync(await rig.PostAsync(ChatPath, Chat(more: Stream)));

        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", 20L, 1L), (row.Outcome, row.Input, row.Estimated));
        Assert.True(row.Output > 2, $"{row.Output} tokens.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_anthropic_client_is_told_what_is_booked_where_nothing_was_counted(bool hasDone)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, Hello, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n", hasDone ? Done : ": end\n\n");

        using var response = await rig.PostAsync(MessagesPath, Chat("openai/gpt-4o-mini", Stream));

        Assert.Contains(
            "\"usage\":{\"input_tokens\":9,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":2}}", await TextAsync(response), StringComparison.Ordinal);
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 9L, 2L, 1L), (row.Outcome, row.Input, row.Output, row.Estimated));
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
