using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Requests;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ResponsesToMessagesTests
{
    private const string Thought = """
        {"id":"msg_1","model":"claude-haiku-4-5","content":[{"type":"thinking","thinking":"Hm.","signature":"sig"},{"type":"text","text":"Let me see."},
        {"type":"tool_use","id":"toolu_1","name":"stock","input":{"sku":"A1"}}],"stop_reason":"tool_use","usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":15}}
        """;

    private static TranslatedRequest Translate(string body, string model = "claude-haiku-4-5") =>
        ResponsesToMessages.Translate(Utf8(body), TranslationOptions.For(model, DateTimeOffset.UnixEpoch));

    [Fact]
    public void What_the_model_refuses_is_named_as_the_client_wrote_it() => Assert.Equal(
        ["temperature", "reasoning.effort"],
        ResponsesToMessages.Translate(Utf8("""{"model":"m","input":"Hi","max_output_tokens":100,"temperature":0.2,"reasoning":{"effort":"low"}}"""), TranslationOptions.For("claude-opus-4-7", default) with { Reasoning = ReasoningForm.None }).Dropped);

    [Fact]
    public void A_conversation_with_tools_and_pictures()
    {
        TranslatedRequest translated = Translate("""
            {
              "model": "m", "max_output_tokens": 300, "temperature": 1.5, "instructions": "You write captions.", "safety_identifier": "s-1", "metadata": {"a": "b"},
              "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "What?"}, {"type": "input_image", "image_url": "data:image/png;base64,aGVsbG8="}]},
                {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{\"n\": 1.50}"},
                {"type": "function_call_output", "call_id": "call_1", "output": [{"type": "input_text", "text": "This:"}, {"type": "input_image", "image_url": "https://pictures.test/mug.png"}]},
                {"role": "user", "content": "Go on."}],
              "tools": [{"type": "function", "name": "look", "strict": true, "parameters": {"type": "object", "properties": {}}}],
              "tool_choice": {"type": "function", "name": "look"}, "parallel_tool_calls": false,
              "text": {"format": {"type": "json_schema", "name": "c", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
            }
            """);

        Equal("""
            {
              "model": "claude-haiku-4-5", "max_tokens": 300, "temperature": 1, "metadata": {"user_id": "s-1"}, "system": [{"type": "text", "text": "You write captions."}],
              "messages": [
                {"role": "user", "content": [{"type": "text", "text": "What?"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}}]},
                {"role": "assistant", "content": [{"type": "tool_use", "id": "call_1", "name": "look", "input": {"n": 1.50}}]},
                {"role": "user", "content": [
                  {"type": "tool_result", "tool_use_id": "call_1", "content": [{"type": "text", "text": "This:"}, {"type": "image", "source": {"type": "url", "url": "https://pictures.test/mug.png"}}]},
                  {"type": "text", "text": "Go on."}]}],
              "tools": [{"name": "look", "strict": true, "input_schema": {"type": "object", "properties": {}}}],
              "tool_choice": {"type": "tool", "name": "look", "disable_parallel_tool_use": true},
              "output_config": {"format": {"type": "json_schema", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}
            }
            """, translated.Body);
        Assert.Empty(translated.Dropped);
        Assert.Equal("b", translated.Answer.Response!.Fields.GetProperty("metadata").GetProperty("a").GetString());
    }

    [Theory]
    [InlineData("\"input\":\"x\",\"top_logprobs\":2", "include")]
    [InlineData("\"input\":\"x\",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"type\":\"array\"}}]", "tools[0].parameters.type")]
    [InlineData("\"input\":\"x\",\"reasoning\":{\"effort\":\"most\"}", "reasoning.effort")]
    [InlineData("\"input\":\"x\",\"reasoning\":{\"effort\":\"low\"},\"text\":{\"format\":{\"type\":\"json_object\"}}", "text.format")]
    [InlineData("\"instructions\":\"s\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"x\"},{\"type\":\"input_image\",\"image_url\":\"data:image/bmp;base64,aGVsbG8=\"}]}]", "input[0].content[1].image_url")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_data\":\"data:text/csv;base64,aGVsbG8=\"}]}]", "input[0].content[0].file_data")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]},{\"role\":\"user\",\"content\":\"x\"}]", "input[0].content[0].type")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":\"x\"},{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"[1]\"}]", "input[1]")]
    [InlineData("\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":[{\"type\":\"input_text\",\"text\":\"x\"},{\"type\":\"input_image\",\"image_url\":\"ftp://x\"}]}]", "input[0].output[1].image_url")]
    public void What_anthropic_can_not_be_told_is_refused_in_the_clients_words(string fields, string field)
    {
        var refusal = Assert.Throws<RequestRefusedException>(() => Translate($$"""{"model":"m",{{fields}}}"""));
        Assert.Equal(field, refusal.Field);
        Assert.StartsWith(field + ": ", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The client sends a response's items back as they came, and the model finds its own signed thinking.</summary>
    [Fact]
    public void Thinking_comes_back_to_the_model_that_signed_it()
    {
        const string Ask = """
            {"model":"m","reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"tools":[{"type":"function","name":"stock"}],"input":ITEMS}
            """;
        TranslatedRequest first = Translate(Ask.Replace("ITEMS", "\"How many?\"", StringComparison.Ordinal));
        byte[] answer = CompletionToResponse.Translate(MessageToCompletion.Translate(Utf8(Thought), first.Answer).Body, first.Answer).Body;
        JsonArray output = JsonNode.Parse(answer)!["output"]!.AsArray();
        Assert.Equal(["reasoning", "message", "function_call"], output.Select(static item => item!["type"]!.GetValue<string>()));
        Equal("""[{"type":"summary_text","text":"Hm."}]""", Utf8(output[0]!["summary"]!.ToJsonString()));
        JsonArray items = [new JsonObject { ["role"] = "user", ["content"] = "How many?" }, .. output.Select(static item => item!.DeepClone()), new JsonObject { ["type"] = "function_call_output", ["call_id"] = "toolu_1", ["output"] = "12" }];

        TranslatedRequest second = Translate(Ask.Replace("ITEMS", items.ToJsonString(), StringComparison.Ordinal));

        JsonNode sent = JsonNode.Parse(second.Body)!;
        Equal("""
            {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"sig"},{"type":"text","text":"Let me see."},
            {"type":"tool_use","id":"toolu_1","name":"stock","input":{"sku":"A1"}}]}
            """, Utf8(sent["messages"]![1]!.ToJsonString()));
        Assert.Equal("enabled", sent["thinking"]!["type"]!.GetValue<string>());
        Assert.Empty(second.Dropped);
    }

    [Fact]
    public void Thinking_sealed_here_is_taken_out_for_a_provider_that_speaks_responses()
    {
        string body = $$"""{"model":"m","input":[{"role":"user","content":"x"},{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"{{SealedThinking.Seal("[]"u8)}}"},{"type":"reasoning","id":"rs_2","encrypted_content":"theirs"}],"n":1.50}""";
        Equal("""{"model":"m","input":[{"role":"user","content":"x"},{"type":"reasoning","id":"rs_2","encrypted_content":"theirs"}],"n":1.50}""", SealedRemoval.From(Utf8(body)).ToArray());
        byte[] other = Utf8("""{"model":"m","input":"x"}""");
        Assert.Equal(other, SealedRemoval.From(other).ToArray());
    }

    [Theory]
    [InlineData("farthing-thinking-1.???")]
    [InlineData("farthing-thinking-1.e30")]
    [InlineData("farthing-thinking-1.")]
    public void Thinking_that_can_not_be_read_is_left_out(string text)
    {
        TranslatedRequest made = Translate($$"""{"model":"m","input":[{"role":"user","content":"x"},{"type":"reasoning","summary":[],"encrypted_content":"{{text}}"}]}""");
        Assert.Equal(["input.reasoning"], made.Dropped);
    }
}
