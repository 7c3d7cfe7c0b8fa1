using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Requests;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ChatToResponsesTests
{
    private static readonly TranslationOptions Options = new() { Model = "own-model" };

    private static readonly TranslationOptions Pro = TranslationOptions.For("gpt-5-pro", default);

    private static TranslatedRequest Translate(string body, TranslationOptions? options = null) => ChatToResponses.Translate(Utf8(body), options ?? Options);

    private static string With(string fields) => $$"""{"model":"m","messages":[{"role":"user","content":"Hi"}]{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";

    private static JsonNode Said(string fields, TranslationOptions? options = null) => JsonNode.Parse(Translate(With(fields), options).Body)!;

    [Fact]
    public void A_conversation_with_parallel_tools_and_pictures()
    {
        TranslatedRequest translated = Translate("""
            {
              "model": "m", "max_completion_tokens": 300, "max_tokens": 5, "temperature": 0.7, "top_p": 0.9, "user": "u-1", "metadata": {"a": "b"}, "service_tier": "flex",
              "prompt_cache_key": "k", "stream": true, "stream_options": {"include_usage": true}, "parallel_tool_calls": false, "seed": 7, "logit_bias": {"1": 2},
              "messages": [
                {"role": "system", "content": "You write captions."},
                {"role": "developer", "content": [{"type": "text", "text": "Be short."}, {"type": "text", "text": "Be kind."}]},
                {"role": "user", "name": "ann", "content": [
                  {"type": "text", "text": "What is \"this\"? 杯"},
                  {"type": "image_url", "image_url": {"url": "https://pictures.test/mug.png", "detail": "low"}},
                  {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="}},
                  {"type": "file", "file": {"file_id": "file-1"}},
                  {"type": "input_audio", "input_audio": {"data": "aGVsbG8=", "format": "wav"}}]},
                {"role": "assistant", "content": "Let me see.", "tool_calls": [
                  {"id": "call_1", "type": "function", "function": {"name": "stock", "arguments": "{\"sku\": \"A1\"}"}},
                  {"id": "call_2", "type": "function", "function": {"name": "look", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "12"},
                {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "A mug,"}, {"type": "text", "text": "red."}]},
                {"role": "assistant", "content": null, "refusal": "No."},
                {"role": "user", "content": "Go on."}],
              "tools": [
                {"type": "function", "function": {"name": "stock", "description": "Counts.", "strict": true, "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}}}},
                {"type": "function", "function": {"name": "look"}},
                {"type": "web_search", "search_context_size": "low"}],
              "tool_choice": {"type": "function", "function": {"name": "look"}}
            }
            """);

        Equal("""
            {
              "model": "own-model", "max_output_tokens": 300, "temperature": 0.7, "top_p": 0.9, "user": "u-1", "metadata": {"a": "b"}, "service_tier": "flex",
              "prompt_cache_key": "k", "stream": true, "parallel_tool_calls": false, "store": false,
              "input": [
                {"role": "system", "content": "You write captions."},
                {"role": "developer", "content": "Be short.\nBe kind."},
                {"role": "user", "content": [
                  {"type": "input_text", "text": "What is \"this\"? 杯"},
                  {"type": "input_image", "image_url": "https://pictures.test/mug.png", "detail": "low"},
                  {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="},
                  {"type": "input_file", "file_id": "file-1"},
                  {"type": "input_audio", "input_audio": {"data": "aGVsbG8=", "format": "wav"}}]},
                {"role": "assistant", "content": "Let me see."},
                {"type": "function_call", "call_id": "call_1", "name": "stock", "arguments": "{\"sku\": \"A1\"}"},
                {"type": "function_call", "call_id": "call_2", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_1", "output": "12"},
                {"type": "function_call_output", "call_id": "call_2", "output": "A mug,\nred."},
                {"role": "assistant", "content": "No."},
                {"role": "user", "content": "Go on."}],
              "tools": [
                {"type": "function", "name": "stock", "description": "Counts.", "strict": true, "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}}},
                {"type": "function", "name": "look", "strict": false, "parameters": {"type": "object", "properties": {}}},
                {"type": "web_search", "search_context_size": "low"}],
              "tool_choice": {"type": "function", "name": "look"}
            }
            """, translated.Body);
        Assert.Equal(["seed", "logit_bias"], translated.Dropped);
        Assert.True(translated.Answer is { IsStream: true, IncludeUsage: true });
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"text\"}", "text", "null")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},\"verbosity\":\"low\"", "text", """{"format":{"type":"json_object"},"verbosity":"low"}""")]
    [InlineData("\"verbosity\":\"high\"", "text", """{"verbosity":"high"}""")]
    [InlineData("""
        "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}}
        """, "text", """{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}}""")]
    [InlineData("\"reasoning_effort\":\"high\"", "reasoning", """{"effort":"high"}""")]
    [InlineData("\"reasoning_effort\":\"high\",\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}", "reasoning", """{"effort":"high","summary":"auto"}""")]
    [InlineData("\"logprobs\":true", "include", """["message.output_text.logprobs"]""")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":3", "top_logprobs", "3")]
    [InlineData("\"logprobs\":false,\"top_logprobs\":0", "include", "null")]
    [InlineData("\"store\":true", "store", "true")]
    [InlineData("\"max_tokens\":9", "max_output_tokens", "9")]
    [InlineData("\"tool_choice\":\"auto\",\"tools\":[]", "tool_choice", "null")]
    [InlineData("""
        "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}}
        """, "tool_choice", """{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]}""")]
    [InlineData("\"stop\":null,\"n\":1,\"modalities\":[\"text\"]", "stop", "null")]
    public void A_field_is_said_as_a_response_says_it(string fields, string name, string expected) =>
        Equal(expected, Utf8(Said(fields)[name]?.ToJsonString() ?? "null"));

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"stop\":\"x\"", "stop")]
    [InlineData("\"stop\":[\"x\"]", "stop")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities[1]")]
    [InlineData("\"audio\":{\"voice\":\"alloy\"}", "audio")]
    [InlineData("\"functions\":[]", "functions")]
    [InlineData("\"function_call\":\"auto\"", "function_call")]
    [InlineData("\"web_search_options\":{}", "web_search_options")]
    [InlineData("\"previous_response_id\":\"resp_1\"", "previous_response_id")]
    [InlineData("\"background\":true", "background")]
    [InlineData("\"max_completion_tokens\":0", "max_completion_tokens")]
    [InlineData("\"temperature\":3", "temperature")]
    [InlineData("\"reasoning\":\"low\"", "reasoning")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"c\"}}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"some\"", "tool_choice")]
    public void A_field_that_a_response_can_not_say_is_refused_by_its_name(string fields, string field) =>
        Assert.Equal(field, Assert.Throws<RequestRefusedException>(() => Said(fields)).Field);

    [Theory]
    [InlineData("[]", "messages")]
    [InlineData("[{\"role\":\"user\"}]", "messages[0].content")]
    [InlineData("[{\"role\":\"nobody\",\"content\":\"x\"}]", "messages[0].role")]
    [InlineData("[{\"role\":\"function\",\"name\":\"f\",\"content\":\"x\"}]", "messages[0].role")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}]", "messages[0].content[0].type")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]", "messages[0].content[0].file")]
    [InlineData("[{\"role\":\"system\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"x\"}]}]", "messages[0].content[0].type")]
    [InlineData("[{\"role\":\"tool\",\"content\":\"x\"}]", "messages[0].tool_call_id")]
    [InlineData("[{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}]", "messages[0].audio")]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\"}]}]", "messages[0].tool_calls[0].type")]
    [InlineData("[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"f\"}}]}]", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("7", "messages")]
    public void A_message_that_is_none_is_refused(string messages, string field) =>
        Assert.Equal(field, Assert.Throws<RequestRefusedException>(() => Translate($$"""{"model":"m","messages":{{messages}}}""")).Field);

    [Fact]
    public void A_model_that_reasons_is_not_told_how_to_sample_and_seals_its_thinking_where_there_are_tools()
    {
        TranslatedRequest translated = Translate(With("\"temperature\":0.5,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"), Pro);

        Assert.Equal(["temperature"], translated.Dropped);
        JsonNode said = JsonNode.Parse(translated.Body)!;
        Assert.Null(said["temperature"]);
        Assert.Equal("""["reasoning.encrypted_content"]""", said["include"]!.ToJsonString());
        Assert.Null(Said("", Pro)["include"]);
    }

    [Fact]
    public void What_was_thought_for_a_call_goes_back_in_front_of_it()
    {
        byte[] made = ResponseToCompletion.Translate(Utf8("""
            {"id":"resp_1","status":"completed","output":[
              {"type":"reasoning","id":"rs_0","summary":[],"encrypted_content":"for the text"},
              {"type":"message","content":[{"type":"output_text","text":"Let me see."}]},
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"for the call"},
              {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
              {"type":"function_call","call_id":"call_2","name":"f","arguments":"{}"},
              {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"for nothing"}]}
            """), new AnswerContext()).Body;
        JsonNode message = JsonNode.Parse(made)!["choices"]![0]!["message"]!;
        Assert.Equal(2, message["thinking_blocks"]!.AsArray().Count);

        // One call is gone, and what another provider thought came in.
        JsonObject back = message.DeepClone().AsObject();
        back["tool_calls"]!.AsArray().RemoveAt(1);
        back["thinking_blocks"]!.AsArray().Add(JsonNode.Parse("""{"type":"thinking","thinking":"Hm.","signature":"sig"}"""));
        back["thinking_blocks"]!.AsArray().Add(JsonNode.Parse("""{"type":"redacted_thinking","data":"farthing-thinking-1.???"}"""));
        JsonNode said = JsonNode.Parse(Translate($$"""{"model":"m","messages":[{"role":"user","content":"Hi"},{{back.ToJsonString()}},{"role":"tool","tool_call_id":"call_1","content":"x"}]}""").Body)!;

        Equal("""
            [
              {"role":"user","content":"Hi"},
              {"type":"reasoning","id":"rs_0","summary":[],"encrypted_content":"for the text"},
              {"role":"assistant","content":"Let me see."},
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"for the call"},
              {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},
              {"type":"function_call_output","call_id":"call_1","output":"x"}]
            """, Utf8(said["input"]!.ToJsonString()));
    }

    [Fact]
    public void An_anthropic_client_brings_it_back_too_and_an_anthropic_model_is_not_sent_it()
    {
        byte[] completion = ResponseToCompletion.Translate(Utf8("""
            {"id":"resp_1","status":"completed","output":[
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sealed"},
              {"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}]}
            """), new AnswerContext()).Body;
        JsonNode content = JsonNode.Parse(CompletionToMessage.Translate(completion).Body)!["content"]!;
        Assert.Equal(["redacted_thinking", "tool_use"], content.AsArray().Select(static block => block!["type"]!.GetValue<string>()));

        string messages = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":{{content.ToJsonString()}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"x"}]}]}""";
        JsonNode input = JsonNode.Parse(MessagesToResponses.Translate(Utf8(messages), Pro).Body)!["input"]!;
        Assert.Equal("""{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"sealed"}""", input[1]!.ToJsonString());
        Assert.DoesNotContain("thinking_blocks", System.Text.Encoding.UTF8.GetString(MessagesToChat.Translate(Utf8(messages), Pro).Body), StringComparison.Ordinal);

        JsonNode said = JsonNode.Parse(completion)!["choices"]![0]!["message"]!;
        TranslatedRequest claude = ChatToMessages.Translate(
            Utf8($$"""{"model":"m","reasoning_effort":"low","messages":[{"role":"user","content":"Hi"},{{said.ToJsonString()}},{"role":"tool","tool_call_id":"call_1","content":"x"}]}"""),
            TranslationOptions.For("claude-haiku-4-5", default));
        Assert.DoesNotContain("redacted_thinking", System.Text.Encoding.UTF8.GetString(claude.Body), StringComparison.Ordinal);
        Assert.Equal(["reasoning_effort"], claude.Dropped);
    }

    [Fact]
    public void A_request_of_an_anthropic_client_is_one_of_responses()
    {
        TranslatedRequest translated = MessagesToResponses.Translate(Utf8("""
            {"model":"m","max_tokens":99,"system":"Be short.","stream":true,"top_k":5,"temperature":1,"thinking":{"type":"enabled","budget_tokens":5000},"messages":[
              {"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGVsbG8="}}]},
              {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}],
             "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}
            """), Pro);

        Equal("""
            {"model":"gpt-5-pro","max_output_tokens":99,"stream":true,"store":false,"reasoning":{"effort":"medium"},"input":[
              {"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"input_text","text":"Hi"},{"type":"input_image","image_url":"data:image/png;base64,aGVsbG8="}]},
              {"type":"function_call","call_id":"t","name":"f","arguments":"{\"a\":1}"},
              {"type":"function_call_output","call_id":"t","output":"x"}],
             "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}],"tool_choice":"required","include":["reasoning.encrypted_content"],
             "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"}}}}
            """, translated.Body);
        Assert.Equal(["top_k", "temperature"], translated.Dropped);
        Assert.True(translated.Answer is { IsStream: true, IncludeUsage: true });
        Assert.Equal("stop_sequences", Assert.Throws<RequestRefusedException>(() =>
            MessagesToResponses.Translate(Utf8("""{"model":"m","max_tokens":9,"stop_sequences":["x"],"messages":[{"role":"user","content":"Hi"}]}"""), Pro)).Field);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("half")]
    [InlineData("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"\\ud800\"}}]}")]
    public void A_body_that_is_none_is_refused(string body) => Assert.Equal("", Assert.Throws<RequestRefusedException>(() => Translate(body)).Field);
}
