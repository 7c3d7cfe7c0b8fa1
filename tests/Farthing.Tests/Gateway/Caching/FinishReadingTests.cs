using System.Text;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Providers;

namespace Farthing.Tests.Gateway.Caching;

public sealed class FinishReadingTests
{
    [Theory]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop","message":{"content":"x","refusal":null}}]}""", true)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"tool_calls"}]}""", true)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop"},{"finish_reason":"length"}]}""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"content_filter"}]}""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop","message":{"refusal":"I can't."}}]}""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"message":{"content":"x"}}]}""", false)]
    [InlineData(WireShape.Chat, """{"choices":[],"usage":{}}""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"finish_reason":"stop"}],"error":{"message":"x"}}""", false)]
    [InlineData(WireShape.Chat, "[]", false)]
    [InlineData(WireShape.Chat, "<html>", false)]
    [InlineData(WireShape.Messages, """{"type":"message","stop_reason":"end_turn"}""", true)]
    [InlineData(WireShape.Messages, """{"type":"message","stop_reason":"tool_use"}""", true)]
    [InlineData(WireShape.Messages, """{"type":"message","stop_reason":"max_tokens"}""", false)]
    [InlineData(WireShape.Messages, """{"type":"message","stop_reason":"refusal"}""", false)]
    [InlineData(WireShape.Responses, """{"status":"completed","error":null,"output":[{"content":[{"type":"output_text"}]}]}""", true)]
    [InlineData(WireShape.Responses, """{"status":"completed","output":[{"content":[{"type":"refusal"}]}]}""", false)]
    [InlineData(WireShape.Responses, """{"status":"incomplete"}""", false)]
    [InlineData(WireShape.Embeddings, """{"data":[{"embedding":[1]}]}""", true)]
    [InlineData(WireShape.Embeddings, """{"data":[]}""", false)]
    public void Only_a_normal_end_is_kept(WireShape shape, string body, bool kept) => Assert.Equal(kept, FinishReading.IsNormal(shape, Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"content":"x"}}]}|{"choices":[{"index":0,"finish_reason":"stop"}]}|[DONE]""", true)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{}}]}|{"choices":[{"index":0,"finish_reason":"stop"}]}|[DONE]""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"finish_reason":"length"}]}|[DONE]""", false)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"finish_reason":"stop"}]}|{"error":{"message":"x"}}""", false)]
    [InlineData(WireShape.Chat, "[DONE]", false)]
    [InlineData(WireShape.Messages, """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}|{"type":"message_stop"}""", true)]
    [InlineData(WireShape.Messages, """{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}|{"type":"message_stop"}""", false)]
    [InlineData(WireShape.Messages, """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", false)]
    [InlineData(WireShape.Responses, """{"type":"response.output_text.delta","delta":"x"}|{"type":"response.completed","response":{"status":"completed","output":[]}}""", true)]
    [InlineData(WireShape.Responses, """{"type":"response.incomplete","response":{"status":"incomplete"}}""", false)]
    public void Only_a_stream_with_a_normal_end_is_kept(WireShape shape, string events, bool kept)
    {
        string text = string.Concat(events.Split('|').Select(static data => $"data: {data}\n\n"));

        Assert.Equal(kept, FinishReading.IsNormalStream(shape, Encoding.UTF8.GetBytes(text)));
        Assert.False(FinishReading.IsNormalStream(shape, Encoding.UTF8.GetBytes(text + "data: {")));
    }
}
