using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class CompletionToResponseTests
{
    private static readonly AnswerContext Context = new() { Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    private static readonly AnswerContext Telling = Context with { Response = new ResponseEcho(default, WantsSummary: true, WantsSealed: true) };

    private static JsonNode Translate(string body, AnswerContext? context = null) => JsonNode.Parse(CompletionToResponse.Translate(Utf8(body), context ?? Context).Body)!;

    private static string Answer(string message, string finish = "stop") =>
        $$$$"""{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"message":{{{{message}}}},"finish_reason":"{{{{finish}}}}"}],"usage":{"prompt_tokens":30,"completion_tokens":15,"total_tokens":45,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":4}}}""";

    [Fact]
    public void An_answer_with_a_text_and_calls()
    {
        JsonNode made = Translate(Answer("""{"role":"assistant","content":"杯.","reasoning_content":"Hm.","tool_calls":[{"id":"call_1","type":"function","function":{"name":"stock","arguments":"{\"a\":1}"}},{"function":{"name":"today"}}]}""", "tool_calls"));
        Equal("""
            {"id":"resp_1","object":"response","created_at":1700000000,"status":"completed","error":null,"incomplete_details":null,"model":"m","output":[
            {"id":"msg_1_0","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"杯.","annotations":[],"logprobs":[]}]},
            {"id":"fc_1_1","type":"function_call","status":"completed","call_id":"call_1","name":"stock","arguments":"{\"a\":1}"},
            {"id":"fc_1_2","type":"function_call","status":"completed","call_id":"call_1_2","name":"today","arguments":"{}"}],
            "usage":{"input_tokens":30,"input_tokens_details":{"cached_tokens":5},"output_tokens":15,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":45}}
            """, Utf8(made.ToJsonString()));
    }

    [Fact]
    public void Thinking_is_told_to_who_asked()
    {
        JsonNode made = Translate(Answer("""{"content":"A mug.","reasoning":"Hm."}"""), Telling);
        JsonObject thought = made["output"]![0]!.AsObject();
        Equal("""[{"type":"thinking","thinking":"Hm."}]""", Utf8(SealedThinking.Open(thought["encrypted_content"]!.GetValue<string>())!.Value.GetRawText()));
        thought.Remove("encrypted_content");
        Equal("""{"id":"rs_1_0","type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]}""", Utf8(thought.ToJsonString()));
        Assert.Equal("msg_1_1", made["output"]![1]!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("stop", "completed", null)]
    [InlineData("tool_calls", "completed", null)]
    [InlineData("length", "incomplete", "max_output_tokens")]
    [InlineData("model_length", "incomplete", "max_output_tokens")]
    [InlineData("content_filter", "incomplete", "content_filter")]
    public void The_end_has_the_words_of_responses(string finish, string status, string? reason)
    {
        JsonNode made = Translate(Answer("""{"content":"A mug"}""", finish));
        Assert.Equal((status, reason), (made["status"]!.GetValue<string>(), made["incomplete_details"]?["reason"]?.GetValue<string>()));
        Assert.Equal(status, made["output"]![0]!["status"]!.GetValue<string>());
    }

    [Fact]
    public void A_refusal_and_an_empty_answer()
    {
        Equal("""[{"type":"refusal","refusal":"No."}]""", Utf8(Translate(Answer("""{"content":null,"refusal":"No."}"""))["output"]![0]!["content"]!.ToJsonString()));
        Assert.Equal("", Translate(Answer("""{"content":null}"""))["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public void Probabilities_of_tokens_pass()
    {
        const string Token = """{"token":"A","logprob":-0.5,"bytes":[65],"top_logprobs":[]}""";
        JsonNode made = Translate($$"""{"id":"c","choices":[{"message":{"content":"A"},"logprobs":{"content":[{{Token}}]},"finish_reason":"stop"}]}""");
        Equal($"[{Token}]", Utf8(made["output"]![0]!["content"]![0]!["logprobs"]!.ToJsonString()));
        Assert.Null(made["usage"]);
    }

    /// <summary>Gemini's and xAI's servers count reasoning beside the completion.</summary>
    [Fact]
    public void Reasoning_beside_the_completion_is_counted_once()
    {
        TranslatedAnswer made = CompletionToResponse.Translate(
            Utf8("""{"id":"c","choices":[{"message":{"content":"A"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":22}}"""), Context);
        Assert.Equal(new TokenUsage(10, 0, 0, 5, 7), made.Usage);
        Equal("""{"input_tokens":10,"input_tokens_details":{"cached_tokens":0},"output_tokens":12,"output_tokens_details":{"reasoning_tokens":7},"total_tokens":22}""", Utf8(JsonNode.Parse(made.Body)!["usage"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[{"message":"x"}]}""")]
    [InlineData("half")]
    public void What_is_no_completion_is_not_passed_off_as_an_answer(string body) =>
        Assert.Throws<AnswerUnreadableException>(() => CompletionToResponse.Translate(Utf8(body), Context));
}
