using System.Net;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class StreamTests
{
    private const string Stream = ",\"stream\":true";
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}],\"usage\":null}\n\n";
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    private const string MessageStart = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,\"cache_read_input_tokens\":9,\"output_tokens\":1}}}\n\n";
    private const string MessageText = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello there\"}}\n\n";
    private const string MessageDelta = "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\n";
    private const string MessageStop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    [Fact]
    public async Task A_stream_passes_byte_for_byte_and_its_usage_is_hidden_from_who_did_not_ask()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, Role, Hello, ": comment\n\n", Stop, Usage, Done);

        using var plain = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        using var asking = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream + ",\"stream_options\":{\"include_usage\":true}"));

        Assert.Equal("text/event-stream", plain.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Role + Hello + ": comment\n\n" + Stop + Done, await TextAsync(plain));
        Assert.Equal(Role + Hello + ": comment\n\n" + Stop + Usage + Done, await TextAsync(asking));
        Assert.All(rig.First.Requests, static request => Assert.Contains("\"stream_options\":{\"include_usage\":true}", request.Body, StringComparison.Ordinal));
        Assert.All(await rig.BooksAsync(), static row => Assert.Equal(("answered", 20L, 7L, 0L), (row.Outcome, row.Input, row.Output, row.Estimated)));
    }

    [Fact]
    public async Task An_anthropic_stream_passes_and_is_booked_by_its_own_count()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, MessageStart, MessageText, MessageDelta, MessageStop);

        using var response = await rig.PostAsync("/v1/messages", Chat("claude-haiku-4-5", ",\"max_tokens\":9" + Stream), ("anthropic-version", "2023-06-01"), ("x-api-key", "of-the-client"));

        Assert.Equal(MessageStart + MessageText + MessageDelta + MessageStop, await TextAsync(response));
        var sent = rig.First.Requests.Single();
        Assert.Equal((AnthropicKey, "/v1/messages", "2023-06-01"), (sent.Key, sent.Path, sent.Headers["anthropic-version"]));
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("answered", 25L, 9L, 15L, 0L), (row.Outcome, row.Input, row.Cached, row.Output, row.Estimated));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_dies_after_its_first_token_ends_with_an_error_and_no_done(bool cut)
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("stream_idle_seconds: 20", "stream_idle_seconds: 0.2", StringComparison.Ordinal));

        // Cut while nothing is held back any more: the client has the first token.
        var left = new TaskCompletionSource();
        rig.First.Usual = cut ? Events(cut: false, Role, Hello) : Hang(left, Role, Hello);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));

        string text = await TextAsync(response);
        Assert.StartsWith(Role + Hello + "data: {\"error\":{\"message\":", text, StringComparison.Ordinal);
        Assert.Contains("stream_interrupted", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Empty(rig.Second.Requests);
        var row = Assert.Single(await rig.BooksAsync());

        // 'Describe a red mug.' and its line are 5 tokens and a message's frame 4; 'Hello there' are 2.
        Assert.Equal(("failed", cut ? "broken_stream" : "timed_out", 9L, 2L, 1L), (row.Outcome, row.Fault, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task Malformed_events_after_the_first_token_end_an_anthropic_stream_in_its_own_shape()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Events(cut: false, MessageStart, MessageText, "event: content_block_delta\ndata: {\"type\":\n\n", MessageStop);

        using var response = await rig.PostAsync("/anthropic/v1/messages", Chat("claude-haiku-4-5", Stream));

        string text = await TextAsync(response);
        Assert.StartsWith(MessageStart + MessageText + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);

        // The prompt was counted by the provider; the answer was not.
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("failed", 25L, 9L, 2L, 1L), (row.Outcome, row.Input, row.Cached, row.Output, row.Estimated));
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_provider_and_is_booked()
    {
        await using var rig = await GatewayRig.StartAsync();
        var left = new TaskCompletionSource();
        rig.First.Usual = Hang(left, Role, Hello);

        var response = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        response.Dispose();
        await left.Task;

        Assert.Empty(rig.Second.Requests);
        while (!rig.Log.Contains("answered by openai/gpt-4o-mini", StringComparison.Ordinal))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("cancelled", 9L, 2L, 1L), (row.Outcome, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task A_provider_of_another_shape_is_not_reached_without_a_bridge()
    {
        await using var rig = await GatewayRig.StartAsync();

        using var response = await rig.PostAsync("/v1/embeddings", """{"model":"claude-haiku-4-5","input":"Describe a red mug."}""");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("shape_not_available", await TextAsync(response), StringComparison.Ordinal);
        Assert.Equal("0", Header(response, "x-farthing-attempts"));
        Assert.Empty(rig.First.Requests);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
