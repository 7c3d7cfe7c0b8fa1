using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ChatToMessagesTests
{
    private static TranslatedRequest Translate(string body, TranslationOptions? options = null) =>
        ChatToMessages.Translate(Utf8(body), options ?? new TranslationOptions { Model = "claude-haiku-4-5" });

    private static RequestRefusedException Refused(string body, TranslationOptions? options = null) =>
        Assert.Throws<RequestRefusedException>(() => Translate(body, options));

    /// <summary>A request with one user message and some more fields.</summary>
    private static string With(string fields) => $$"""{"model":"m","messages":[{"role":"user","content":"Hi"}],{{fields}}}""";

    private static JsonNode Said(string fields, TranslationOptions? options = null) => JsonNode.Parse(Translate(With(fields), options).Body)!;

    [Theory]
    [InlineData("claude-opus-4-7", "\"temperature\":0.2,\"top_p\":0.9", "temperature,top_p")]
    [InlineData("eu.anthropic.claude-opus-4-7-v1:0", "\"temperature\":0.2", "temperature")]
    [InlineData("claude-haiku-4-5", "\"temperature\":0.2,\"top_p\":0.9", "top_p")]
    [InlineData("claude-haiku-4-5", "\"temperature\":0.2,\"reasoning_effort\":\"low\"", "temperature")]
    [InlineData("claude-3-5-haiku-latest", "\"reasoning_effort\":\"low\"", "reasoning_effort")]
    [InlineData("claude-haiku-4-5", "\"max_tokens\":100,\"reasoning_effort\":\"low\"", "reasoning_effort")]
    [InlineData("claude-haiku-4-5", "\"temperature\":0.2,\"reasoning_effort\":\"none\"", "")]
    public void A_known_field_that_the_model_refuses_is_named_among_the_dropped(string model, string fields, string dropped) => Assert.Equal(
        dropped,
        string.Join(',', ChatToMessages.Translate(Utf8($$"""{"model":"m","messages":[{"role":"user","content":"Hi"}],{{fields}}}"""), TranslationOptions.For(model, default)).Dropped));

    [Fact]
    public void A_conversation_with_parallel_tools_and_pictures()
    {
        TranslatedRequest translated = Translate("""
            {
              "model": "caption", "max_completion_tokens": 300, "temperature": 0.7, "stop": "END", "user": "u-1", "seed": 7, "stream": true,
              "stream_options": {"include_usage": true}, "parallel_tool_calls": false,
              "messages": [
                {"role": "system", "content": "You write captions."},
                {"role": "user", "name": "ann", "content": [
                  {"type": "text", "text": "What is \"this\"? 杯"},
                  {"type": "image_url", "image_url": {"url": "https://pictures.test/mug.png", "detail": "low"}},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}},
                  {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="}}]},
                {"role": "assistant", "content": null, "tool_calls": [
                  {"id": "call_1", "type": "function", "function": {"name": "stock", "arguments": "{\"sku\": \"A1\", \"n\": 1.50}"}},
                  {"id": "call_2", "type": "function", "function": {"name": "today", "arguments": ""}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "12"},
                {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "Monday"}]},
                {"role": "user", "content": "Go on."},
                {"role": "developer", "content": "Be short."},
                {"role": "assistant", "content": "A mug,"}],
              "tools": [
                {"type": "function", "function": {"name": "stock", "description": "Counts.", "strict": true,
                  "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}}},
                {"type": "function", "function": {"name": "today"}}],
              "tool_choice": "required"
            }
            """);

        Equal("""
            {
              "model": "claude-haiku-4-5", "max_tokens": 300, "temperature": 0.7, "stop_sequences": ["END"], "stream": true,
              "metadata": {"user_id": "u-1"},
              "system": [{"type": "text", "text": "You write captions."}, {"type": "text", "text": "Be short."}],
              "messages": [
                {"role": "user", "content": [
                  {"type": "text", "text": "What is \"this\"? 杯"},
                  {"type": "image", "source": {"type": "url", "url": "https://pictures.test/mug.png"}},
                  {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}},
                  {"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGVsbG8="}}]},
                {"role": "assistant", "content": [
                  {"type": "tool_use", "id": "call_1", "name": "stock", "input": {"sku": "A1", "n": 1.50}},
                  {"type": "tool_use", "id": "call_2", "name": "today", "input": {}}]},
                {"role": "user", "content": [
                  {"type": "tool_result", "tool_use_id": "call_1", "content": [{"type": "text", "text": "12"}]},
                  {"type": "tool_result", "tool_use_id": "call_2", "content": [{"type": "text", "text": "Monday"}]},
                  {"type": "text", "text": "Go on."}]},
                {"role": "assistant", "content": [{"type": "text", "text": "A mug,"}]}],
              "tools": [
                {"name": "stock", "description": "Counts.", "input_schema": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}},
                {"name": "today", "input_schema": {"type": "object", "properties": {}}}],
              "tool_choice": {"type": "any", "disable_parallel_tool_use": true}
            }
            """, translated.Body);
        Assert.Equal(new AnswerContext { IsStream = true, IncludeUsage = true }, translated.Answer);
        Assert.Equal(["seed"], translated.Dropped);
    }

    [Fact]
    public void What_the_client_leaves_out_has_a_default()
    {
        Equal("""
            {"model":"m","max_tokens":99,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}
            """, Translate("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":null,"tools":[]}""", new() { DefaultMaxTokens = 99 }).Body);
    }

    [Theory]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":7", "max_tokens", "7")]
    [InlineData("\"temperature\":1.8", "temperature", "1")]
    [InlineData("\"temperature\":0.2,\"top_p\":0.5", "top_p", null)]
    [InlineData("\"top_p\":0.5", "top_p", "0.5")]
    [InlineData("\"stop\":[\"a\",\"b\"]", "stop_sequences", "[\"a\",\"b\"]")]
    [InlineData("\"user\":\"u\",\"safety_identifier\":\"s\"", "metadata", "{\"user_id\":\"s\"}")]
    [InlineData("\"n\":1,\"logprobs\":false", "n", null)]
    [InlineData("\"top_k\":5", "top_k", "5")]
    public void Fields(string fields, string name, string? expected) => Assert.Equal(expected, Said(fields)[name]?.ToJsonString());

    [Theory]
    [InlineData("\"none\"", "{\"type\":\"none\"}")]
    [InlineData("\"auto\"", "{\"type\":\"auto\"}")]
    [InlineData("\"required\"", "{\"type\":\"any\"}")]
    [InlineData("{\"type\":\"function\",\"function\":{\"name\":\"b\"}}", "{\"type\":\"tool\",\"name\":\"b\"}")]
    public void Choices_of_tools(string choice, string expected) =>
        Assert.Equal(expected, Said($$$"""
            "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],"tool_choice":{{{choice}}}
            """)["tool_choice"]!.ToJsonString());

    [Fact]
    public void Allowed_tools_leave_the_others_out()
    {
        JsonNode said = Said("""
            "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],
            "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"b"}}]}}
            """);
        Assert.Equal("b", Assert.Single(said["tools"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.Equal("any", said["tool_choice"]!["type"]!.GetValue<string>());
    }

    private const string Schema = """{"type":"object","properties":{"caption":{"type":"string"}},"required":["caption"],"additionalProperties":false}""";

    private const string WantsJson = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"c\",\"strict\":true,\"schema\":" + Schema + "}}";

    [Fact]
    public void Json_is_a_forced_tool()
    {
        TranslatedRequest translated = Translate(With(WantsJson));
        JsonNode said = JsonNode.Parse(translated.Body)!;
        Assert.Equal("answer_in_json", translated.Answer.JsonTool);
        Assert.Equal("""{"type":"tool","name":"answer_in_json"}""", said["tool_choice"]!.ToJsonString());
        JsonNode tool = Assert.Single(said["tools"]!.AsArray())!;
        Assert.Equal("answer_in_json", tool["name"]!.GetValue<string>());
        Equal(Schema, Utf8(tool["input_schema"]!.ToJsonString()));
    }

    [Fact]
    public void Json_beside_tools_is_one_of_the_two()
    {
        const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"answer_in_json\"}}],";
        TranslatedRequest translated = Translate(With(Tools + WantsJson));
        Assert.Equal("answer_in_json_", translated.Answer.JsonTool);
        Assert.Equal("""{"type":"any"}""", JsonNode.Parse(translated.Body)!["tool_choice"]!.ToJsonString());
        Assert.Equal("answer_in_json_", Said(Tools + WantsJson + ",\"tool_choice\":\"none\"")["tool_choice"]!["name"]!.GetValue<string>());

        TranslatedRequest forced = Translate(With(Tools + WantsJson + ",\"tool_choice\":\"required\""));
        Assert.Null(forced.Answer.JsonTool);
        Assert.Single(JsonNode.Parse(forced.Body)!["tools"]!.AsArray());
    }

    [Fact]
    public void Json_without_a_schema_is_any_object()
    {
        TranslatedRequest translated = Translate(With("\"response_format\":{\"type\":\"json_object\"}"));
        Assert.Equal("answer_in_json", translated.Answer.JsonTool);
        Equal("""{"type":"object","properties":{}}""", Utf8(JsonNode.Parse(translated.Body)!["tools"]![0]!["input_schema"]!.ToJsonString()));
    }

    [Fact]
    public void Json_is_native_where_the_model_can()
    {
        TranslationOptions native = TranslationOptions.For("claude-haiku-4-5-20251001", default);
        TranslatedRequest translated = Translate(With(WantsJson), native);
        JsonNode said = JsonNode.Parse(translated.Body)!;
        Assert.Null(translated.Answer.JsonTool);
        Assert.Null(said["tools"]);
        Equal("{\"format\":{\"type\":\"json_schema\",\"schema\":" + Schema + "}}", Utf8(said["output_config"]!.ToJsonString()));
        Assert.Equal("claude-haiku-4-5-20251001", said["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("claude-3-5-haiku-latest", "high", null, null)]
    [InlineData("claude-sonnet-4-20250514", "low", "{\"type\":\"enabled\",\"budget_tokens\":1024}", null)]
    [InlineData("anthropic/claude-haiku-4-5", "high", "{\"type\":\"enabled\",\"budget_tokens\":8999}", null)]
    [InlineData("claude-opus-4-8", "minimal", "{\"type\":\"adaptive\"}", "{\"effort\":\"low\"}")]
    [InlineData("claude-haiku-4-5", "none", null, null)]
    public void Thinking(string model, string effort, string? thinking, string? config)
    {
        JsonNode said = Said($"\"reasoning_effort\":\"{effort}\",\"max_tokens\":9000,\"temperature\":0.5", TranslationOptions.For(model, default));
        Assert.Equal(thinking, said["thinking"]?.ToJsonString());
        Assert.Equal(config, said["output_config"]?.ToJsonString());
        Assert.Equal(thinking is null, said["temperature"] is not null);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("auto")]
    public void A_choice_that_binds_nothing_needs_no_tools(string choice) => Assert.Null(Said($"\"tool_choice\":\"{choice}\"")["tool_choice"]);

    [Theory]
    [InlineData("")]
    [InlineData(",\"tools\":[],\"tool_choice\":\"auto\"")]
    [InlineData(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}],\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[]}}")]
    public void Tools_that_a_conversation_called_and_a_request_does_not_have_are_defined_and_not_called(string fields)
    {
        JsonNode said = JsonNode.Parse(Translate($$$"""
            {"model":"m","messages":[{"role":"user","content":"Hi"},
              {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"d","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c","content":"1"},{"role":"tool","tool_call_id":"d","content":"2"}]{{{fields}}}}
            """).Body)!;
        Assert.Equal("""[{"name":"f","input_schema":{"type":"object","properties":{}}}]""", said["tools"]!.ToJsonString());
        Assert.Equal("""{"type":"none"}""", said["tool_choice"]!.ToJsonString());
    }

    [Fact]
    public void A_jpeg_by_its_other_name_is_one()
    {
        JsonNode said = JsonNode.Parse(Translate("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/JPG;base64,aGVsbG8="}}]}]}""").Body)!;
        Assert.Equal("image/jpeg", (string)said["messages"]![0]!["content"]![0]!["source"]!["media_type"]!);
    }

    [Theory]
    [InlineData("\"max_tokens\":1024")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"required\"")]
    public void Thinking_is_left_out_where_it_would_be_refused(string fields) =>
        Assert.Null(Said("\"reasoning_effort\":\"low\"," + fields, TranslationOptions.For("claude-haiku-4-5", default))["thinking"]);

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s\"}]", true)]
    public void A_turn_of_a_tool_thinks_on_only_with_its_earlier_thinking(string blocks, bool expected)
    {
        JsonNode said = JsonNode.Parse(Translate($$$"""
            {"model":"m","reasoning_effort":"low","messages":[{"role":"user","content":"Hi"},
              {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"{}"}}]{{{blocks}}}},
              {"role":"tool","tool_call_id":"c","content":"1"}]}
            """, TranslationOptions.For("claude-haiku-4-5", default)).Body)!;
        Assert.Equal(expected, said["thinking"] is not null);
        Assert.Equal(expected ? "thinking" : "tool_use", said["messages"]![1]!["content"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public void Thinking_without_a_limit_has_room_for_an_answer() =>
        Assert.Equal("36864", Said("\"reasoning_effort\":\"xhigh\"", TranslationOptions.For("claude-haiku-4-5", default))["max_tokens"]!.ToJsonString());

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"top_logprobs\":3", "top_logprobs")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities[1]")]
    [InlineData("\"functions\":[]", "functions")]
    [InlineData("\"web_search_options\":{}", "web_search_options")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"temperature\":2.5", "temperature")]
    [InlineData("\"stop\":[\"a\",\" \"]", "stop[1]")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"a\"}}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"type\":\"array\"}}}]", "tools[0].function.parameters.type")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":\"maybe\"", "tool_choice")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tools\":[],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"a\"}}", "tool_choice")]
    [InlineData("\"response_format\":{\"type\":\"grammar\"}", "response_format.type")]
    [InlineData("\"reasoning_effort\":\"huge\"", "reasoning_effort")]
    [InlineData("\"user\":5", "user")]
    public void What_has_no_form_is_refused_by_its_name(string fields, string field) => Assert.Equal(field, Refused(With(fields)).Field);

    [Theory]
    [InlineData("""{"role":"robot","content":"x"}""", "messages[0].role")]
    [InlineData("""{"role":"user"}""", "messages[0].content")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio"}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,aGVsbG8="}}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,###"}}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}""", "messages[0].content[0].file")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"a","arguments":"[1]"}}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","type":"custom","custom":{}}]}""", "messages[0].tool_calls[0].type")]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[0].tool_call_id")]
    [InlineData("""{"role":"system","content":"x"}""", "messages")]
    public void A_message_that_has_no_form_is_refused_by_its_path(string message, string field) =>
        Assert.Equal(field, Refused($$"""{"model":"m","messages":[{{message}}]}""").Field);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}")]
    public void What_is_no_request_is_refused_as_a_whole(string body) => Assert.Equal("", Refused(body).Field);
}
