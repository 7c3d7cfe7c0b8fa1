using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class AnswerTranslationTests
{
    private static readonly AnswerContext Context = new() { Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    [Fact]
    public void A_message_with_thinking_text_and_calls_becomes_a_completion()
    {
        TranslatedAnswer answer = MessageToCompletion.Translate(Utf8("""
            {"id":"msg_01","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[
              {"type":"thinking","thinking":"Hm.","signature":"sig"},
              {"type":"text","text":"Let me "},{"type":"text","text":"see."},
              {"type":"tool_use","id":"toolu_1","name":"stock","input":{"sku":"A1"}},
              {"type":"tool_use","id":"toolu_2","name":"today","input":{}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":10,"cache_read_input_tokens":20,"cache_creation_input_tokens":30,"output_tokens":40,"output_tokens_details":{"thinking_tokens":15}}}
            """), Context);

        Equal("""
            {"id":"chatcmpl-msg_01","object":"chat.completion","created":1700000000,"model":"claude-haiku-4-5","system_fingerprint":null,"choices":[
              {"index":0,"logprobs":null,"finish_reason":"tool_calls","message":{"role":"assistant","content":"Let me see.","refusal":null,
                "reasoning_content":"Hm.","thinking_blocks":[{"type":"thinking","thinking":"Hm.","signature":"sig"}],
                "tool_calls":[
                  {"id":"toolu_1","type":"function","function":{"name":"stock","arguments":"{\"sku\":\"A1\"}"}},
                  {"id":"toolu_2","type":"function","function":{"name":"today","arguments":"{}"}}]}}],
             "usage":{"prompt_tokens":60,"completion_tokens":40,"total_tokens":100,
               "prompt_tokens_details":{"cached_tokens":20,"cache_write_tokens":30},"completion_tokens_details":{"reasoning_tokens":15}}}
            """, answer.Body);
        Assert.Equal(new TokenUsage(10, 20, 30, 25, 15), answer.Usage);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "length")]
    [InlineData("compaction", "length")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("refusal", "content_filter")]
    [InlineData("something_new", "length")]
    public void Reasons_of_a_message(string reason, string expected)
    {
        byte[] body = MessageToCompletion.Translate(
            Utf8($$"""{"id":"m","content":[{"type":"text","text":"x"}],"stop_reason":"{{reason}}"}"""), Context).Body;
        Assert.Equal(expected, System.Text.Json.Nodes.JsonNode.Parse(body)!["choices"]![0]!["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public void A_forced_tool_gives_the_text_of_an_answer()
    {
        byte[] body = MessageToCompletion.Translate(Utf8("""
            {"id":"m","model":"c","content":[{"type":"tool_use","id":"t","name":"answer_in_json","input":{"caption":"A mug"}}],"stop_reason":"tool_use"}
            """), Context with { JsonTool = "answer_in_json" }).Body;
        Equal("""
            {"id":"chatcmpl-m","object":"chat.completion","created":1700000000,"model":"c","system_fingerprint":null,"choices":[
              {"index":0,"logprobs":null,"finish_reason":"stop","message":{"role":"assistant","content":"{\"caption\":\"A mug\"}","refusal":null}}]}
            """, body);
    }

    [Fact]
    public void A_completion_with_thinking_text_and_calls_becomes_a_message()
    {
        TranslatedAnswer answer = CompletionToMessage.Translate(Utf8("""
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[
              {"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"Let me see.","reasoning_content":"Hm.","refusal":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"stock","arguments":"{\"sku\": \"A1\"}"}},
                {"id":"call_2","type":"function","function":{"name":"today","arguments":""}}]}}],
             "usage":{"prompt_tokens":60,"completion_tokens":40,"total_tokens":100,
               "prompt_tokens_details":{"cached_tokens":20,"cache_write_tokens":30},"completion_tokens_details":{"reasoning_tokens":15}}}
            """));

        Equal("""
            {"id":"msg_chatcmpl-1","type":"message","role":"assistant","model":"gpt-4o-mini","content":[
              {"type":"thinking","thinking":"Hm.","signature":"farthing-thinking-1."},
              {"type":"text","text":"Let me see."},
              {"type":"tool_use","id":"call_1","name":"stock","input":{"sku":"A1"}},
              {"type":"tool_use","id":"call_2","name":"today","input":{}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":10,"cache_read_input_tokens":20,"cache_creation_input_tokens":30,"output_tokens":40,"output_tokens_details":{"thinking_tokens":15}}}
            """, answer.Body);
        Assert.Equal(new TokenUsage(10, 20, 30, 25, 15), answer.Usage);
    }

    [Theory]
    [InlineData("\"finish_reason\":\"stop\",\"message\":{\"content\":\"x\"}", "end_turn")]
    [InlineData("\"finish_reason\":\"length\",\"message\":{\"content\":\"x\"}", "max_tokens")]
    [InlineData("\"finish_reason\":\"model_length\",\"message\":{\"content\":\"x\"}", "max_tokens")]
    [InlineData("\"finish_reason\":\"content_filter\",\"message\":{\"content\":\"\"}", "refusal")]
    [InlineData("\"finish_reason\":\"stop\",\"message\":{\"content\":null,\"refusal\":\"No.\"}", "refusal")]
    [InlineData("\"finish_reason\":\"stop\",\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}}]}", "tool_use")]
    public void Reasons_of_a_completion(string choice, string expected)
    {
        byte[] body = CompletionToMessage.Translate(Utf8($$"""{"id":"1","choices":[{ {{choice}} }]}""")).Body;
        Assert.Equal(expected, System.Text.Json.Nodes.JsonNode.Parse(body)!["stop_reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"a\",\"arguments\":\"{half\"}}]}}]}")]
    public void What_is_no_answer_is_told(string body)
    {
        Assert.Throws<AnswerUnreadableException>(() => CompletionToMessage.Translate(Utf8(body)));
        Assert.Throws<AnswerUnreadableException>(() => MessageToCompletion.Translate(Utf8(body), Context));
    }

    [Fact]
    public void A_missing_usage_is_not_zero_but_unknown()
    {
        Assert.Null(CompletionToMessage.Translate(Utf8("""{"choices":[{"message":{"content":"x"}}]}""")).Usage);
        Assert.Null(MessageToCompletion.Translate(Utf8("""{"content":[]}"""), Context).Usage);
    }
}
