using Farthing.Tests.Gateway.Serving;
using Microsoft.AspNetCore.Http;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Caching;

/// <summary>Whether an answer is kept is decided by its provider's own word for its end, whatever a translation makes of that.</summary>
public sealed class OddEndsTests
{
    private const string ChatPath = "/v1/chat/completions", MessagesPath = "/v1/messages", ResponsesPath = "/v1/responses";
    private const string Gpt = "openai/gpt-4o-mini", Claude = "anthropic/claude-haiku-4-5";

    private static Func<HttpContext, Task> Completion(string reason) => Json(200, ChatAnswer.Replace("\"stop\"", $"\"{reason}\"", StringComparison.Ordinal));

    private static Func<HttpContext, Task> Message(string reason) => Json(200, $$$"""
        {"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"A mug."}],"stop_reason":"{{{reason}}}","usage":{"input_tokens":12,"output_tokens":5}}
        """);

    [Theory]
    [InlineData(MessagesPath, Gpt, "stop", "\"stop_reason\":\"end_turn\"", true)]
    [InlineData(MessagesPath, Gpt, "model_length", "\"stop_reason\":\"max_tokens\"", false)]
    [InlineData(MessagesPath, Gpt, "brand_new", "\"stop_reason\":\"end_turn\"", false)]
    [InlineData(ResponsesPath, "other/m", "model_length", "\"reason\":\"max_output_tokens\"", false)]
    [InlineData(ResponsesPath, "other/m", "brand_new", "\"status\":\"completed\"", false)]
    [InlineData(ChatPath, Claude, "end_turn", "\"finish_reason\":\"stop\"", true)]
    [InlineData(ChatPath, Claude, "pause_turn", "\"finish_reason\":\"length\"", false)]
    [InlineData(ChatPath, Claude, "compaction", "\"finish_reason\":\"length\"", false)]
    [InlineData(ChatPath, Claude, "brand_new", "\"finish_reason\":\"length\"", false)]
    [InlineData(MessagesPath, Claude, "pause_turn", "\"stop_reason\":\"pause_turn\"", false)]
    [InlineData(ResponsesPath, Claude, "pause_turn", "\"status\":\"incomplete\"", false)]
    public async Task An_answer(string path, string model, string reason, string told, bool isKept)
    {
        await using var rig = await GatewayRig.StartAsync(ExactCacheTests.Cached);
        rig.First.Usual = rig.Second.Usual = model == Claude ? Message(reason) : Completion(reason);

        await TwiceAsync(rig, path, Chat(model, ",\"max_tokens\":99,\"input\":\"x\""), told, isKept);
    }

    [Theory]
    [InlineData(MessagesPath, Gpt, "stop", "\"stop_reason\":\"end_turn\"", true)]
    [InlineData(MessagesPath, Gpt, "model_length", "\"stop_reason\":\"max_tokens\"", false)]
    [InlineData(MessagesPath, Gpt, "brand_new", "\"stop_reason\":\"end_turn\"", false)]
    [InlineData(ChatPath, Claude, "end_turn", "\"finish_reason\":\"stop\"", true)]
    [InlineData(ChatPath, Claude, "pause_turn", "\"finish_reason\":\"length\"", false)]
    public async Task A_stream(string path, string model, string reason, string told, bool isKept)
    {
        await using var rig = await GatewayRig.StartAsync(ExactCacheTests.Cached);
        rig.First.Usual = model == Claude
            ? Events(
                cut: false,
                "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n",
                "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"A\"}}\n\n",
                "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                $"data: {{\"delta\":{{\"stop_reason\":\"{reason}\"}},\"type\":\"message_delta\",\"usage\":{{\"output_tokens\":2}}}}\n\n",
                "data: {\"type\":\"message_stop\"}\n\n")
            : Events(
                cut: false,
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n",
                $"data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"{reason}\"}}]}}\n\n",
                "data: [DONE]\n\n");

        await TwiceAsync(rig, path, Chat(model, ",\"max_tokens\":99,\"stream\":true"), told, isKept);
    }

    [Fact]
    public async Task What_came_in_the_wrong_framing_is_not_replayed()
    {
        const string chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        await using var rig = await GatewayRig.StartAsync(ExactCacheTests.Cached);
        foreach (bool isStream in (bool[])[true, false])
        {
            string body = Chat(Gpt, isStream ? ",\"stream\":true,\"fallbacks\":[]" : ",\"fallbacks\":[]");
            rig.First.Usual = isStream ? Json(200, ChatAnswer) : Events(cut: false, chunk);
            using var wrong = await rig.PostAsync(ChatPath, body);
            rig.First.Usual = isStream ? Events(cut: false, chunk) : Json(200, ChatAnswer);
            using var right = await rig.PostAsync(ChatPath, body);
            string said = await TextAsync(right);
            using var replayed = await rig.PostAsync(ChatPath, body);

            Assert.Equal((502, "miss", "exact"), ((int)wrong.StatusCode, Header(right, "x-farthing-cache"), Header(replayed, "x-farthing-cache")));
            Assert.Equal((isStream ? chunk : ChatAnswer, said), (said, await TextAsync(replayed)));
            Assert.Equal(isStream ? "text/event-stream" : "application/json", replayed.Content.Headers.ContentType!.MediaType);
        }
    }

    private static async Task TwiceAsync(GatewayRig rig, string path, string body, string told, bool isKept)
    {
        using var first = await rig.PostAsync(path, body);
        Assert.Contains(told, await TextAsync(first), StringComparison.Ordinal);
        using var again = await rig.PostAsync(path, body);
        Assert.Contains(told, await TextAsync(again), StringComparison.Ordinal);

        Assert.Equal(("miss", isKept ? "exact" : "miss"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache")));
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
