using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ResponseToCompletionTests
{
    private static readonly AnswerContext Context = new() { Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    private static TranslatedAnswer Translate(string body) => ResponseToCompletion.Translate(Utf8(body), Context);

    [Fact]
    public void Texts_calls_thinking_probabilities_and_usage_are_one_choice()
    {
        TranslatedAnswer made = Translate("""
            {"id":"resp_1","object":"response","created_at":5,"status":"completed","model":"gpt-5-pro","service_tier":"flex","error":null,"output":[
              {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm."},{"type":"summary_text","text":"So."}]},
              {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search"}},
              {"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"A \"red\" ","annotations":[],"logprobs":[{"token":"A","logprob":-0.1,"bytes":[65],"top_logprobs":[]}]},
                {"type":"output_text","text":"杯."}]},
              {"type":"function_call","id":"fc_1","call_id":"call_1","name":"stock","arguments":"{\"sku\":\"A1\"}"},
              {"type":"function_call","id":"fc_2","call_id":"call_2","name":"today","arguments":""}],
             "usage":{"input_tokens":30,"input_tokens_details":{"cached_tokens":5},"output_tokens":15,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":45}}
            """);

        Equal("""
            {"id":"chatcmpl-resp_1","object":"chat.completion","created":1700000000,"model":"gpt-5-pro","service_tier":"flex","system_fingerprint":null,"choices":[{"index":0,
              "message":{"role":"assistant","content":"A \"red\" 杯.","refusal":null,"reasoning_content":"Hm.\n\nSo.","tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"stock","arguments":"{\"sku\":\"A1\"}"}},
                {"id":"call_2","type":"function","function":{"name":"today","arguments":"{}"}}]},
              "logprobs":{"content":[{"token":"A","logprob":-0.1,"bytes":[65],"top_logprobs":[]}],"refusal":null},"finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":30,"completion_tokens":15,"total_tokens":45,"prompt_tokens_details":{"cached_tokens":5,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":4}}}
            """, made.Body);
        Assert.Equal(new TokenUsage(25, 5, 0, 11, 4), made.Usage);
    }

    [Theory]
    [InlineData("completed", "null", "stop")]
    [InlineData("incomplete", """{"reason":"max_output_tokens"}""", "length")]
    [InlineData("incomplete", """{"reason":"content_filter"}""", "content_filter")]
    [InlineData("incomplete", "null", "length")]
    public void Its_end_has_a_reason(string status, string details, string reason)
    {
        JsonNode made = JsonNode.Parse(Translate($$"""{"id":"r","status":"{{status}}","incomplete_details":{{details}},"output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]}""").Body)!;

        Assert.Equal(reason, made["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Null(made["usage"]);
    }

    [Fact]
    public void A_refusal_is_told_apart()
    {
        byte[] made = Translate("""{"id":"r","status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"No."}]}]}""").Body;

        JsonNode message = JsonNode.Parse(made)!["choices"]![0]!["message"]!;
        Assert.Equal((null, "No."), (message["content"]?.GetValue<string>(), message["refusal"]!.GetValue<string>()));
        Assert.Equal("refusal", JsonNode.Parse(CompletionToMessage.Translate(made).Body)!["stop_reason"]!.GetValue<string>());
    }

    [Fact]
    public void A_call_that_the_limit_cut_has_no_input_for_an_anthropic_client()
    {
        byte[] made = Translate("""{"id":"r","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":"}]}""").Body;

        JsonNode choice = JsonNode.Parse(made)!["choices"]![0]!;
        Assert.Equal(("length", "{\"a\":"), (choice["finish_reason"]!.GetValue<string>(), choice["message"]!["tool_calls"]![0]!["function"]!["arguments"]!.GetValue<string>()));
        JsonNode message = JsonNode.Parse(CompletionToMessage.Translate(made).Body)!;
        Assert.Equal(("max_tokens", "{}"), (message["stop_reason"]!.GetValue<string>(), message["content"]![0]!["input"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("{}", "no list 'output'")]
    [InlineData("""{"status":"failed","error":{"code":"server_error","message":"Broken."},"output":[]}""", "'failed': Broken.")]
    [InlineData("""{"status":"queued","output":[]}""", "'queued'")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{half", "not JSON")]
    public void What_is_no_answer_is_an_error(string body, string says) =>
        Assert.Contains(says, Assert.Throws<AnswerUnreadableException>(() => Translate(body)).Message, StringComparison.Ordinal);

    [Fact]
    public void There_and_back_again_is_the_same_answer()
    {
        const string Completion = """{"id":"chatcmpl-1","model":"m","choices":[{"message":{"content":"x","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":6}}""";

        byte[] back = Translate(Encoding.UTF8.GetString(CompletionToResponse.Translate(Utf8(Completion), Context).Body)).Body;

        JsonNode choice = JsonNode.Parse(back)!["choices"]![0]!;
        Assert.Equal("tool_calls", choice["finish_reason"]!.GetValue<string>());
        Equal("""[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]""", Utf8(choice["message"]!["tool_calls"]!.ToJsonString()));
    }
}
