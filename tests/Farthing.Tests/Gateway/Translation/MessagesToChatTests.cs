using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class MessagesToChatTests
{
    private static TranslatedRequest Translate(string body, TranslationOptions? options = null) =>
        MessagesToChat.Translate(Utf8(body), options ?? new TranslationOptions { Model = "gpt-4o-mini" });

    private static string With(string fields) => $$"""{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hi"}],{{fields}}}""";

    private static JsonNode Said(string fields, TranslationOptions? options = null) => JsonNode.Parse(Translate(With(fields), options).Body)!;

    [Theory]
    [InlineData("gpt-5-mini", "\"temperature\":0.2,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}", "temperature")]
    [InlineData("gpt-4o", "\"temperature\":0.2,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}", "thinking")]
    [InlineData("gpt-4o", "\"output_config\":{\"effort\":\"low\"}", "output_config.effort")]
    public void A_known_field_that_the_model_refuses_is_named_among_the_dropped(string model, string fields, string dropped) =>
        Assert.Equal([dropped], Translate(With(fields), TranslationOptions.For(model, default)).Dropped);

    [Fact]
    public void A_conversation_with_parallel_tools_and_pictures()
    {
        TranslatedRequest translated = Translate("""
            {
              "model": "caption", "max_tokens": 300, "temperature": 0.7, "top_p": 0.9, "top_k": 5, "stop_sequences": ["END"], "stream": true,
              "metadata": {"user_id": "u-1"}, "service_tier": "auto",
              "system": [{"type": "text", "text": "You write captions.", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "Be short."}],
              "messages": [
                {"role": "user", "content": [
                  {"type": "text", "text": "What is this?"},
                  {"type": "image", "source": {"type": "url", "url": "https://pictures.test/mug.png"}},
                  {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}},
                  {"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGVsbG8="}},
                  {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "plain"}}]},
                {"role": "assistant", "content": [
                  {"type": "thinking", "thinking": "Hm.", "signature": "s"},
                  {"type": "text", "text": "Let me "}, {"type": "text", "text": "see."},
                  {"type": "tool_use", "id": "toolu_1", "name": "stock", "input": {"sku": "A1", "n": 1.50}},
                  {"type": "tool_use", "id": "toolu_2", "name": "today", "input": {}}]},
                {"role": "user", "content": [
                  {"type": "text", "text": "Here:"},
                  {"type": "tool_result", "tool_use_id": "toolu_1", "content": "12"},
                  {"type": "tool_result", "tool_use_id": "toolu_2", "is_error": true, "content": [
                    {"type": "text", "text": "no"}, {"type": "text", "text": "calendar"},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="}}]}]},
                {"role": "assistant", "content": "A mug,"}],
              "tools": [
                {"name": "stock", "description": "Counts.", "input_schema": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}},
                {"type": "custom", "name": "today", "input_schema": {"type": "object", "properties": {}}}],
              "tool_choice": {"type": "any", "disable_parallel_tool_use": true}
            }
            """);

        Equal("""
            {
              "model": "gpt-4o-mini", "max_completion_tokens": 300, "temperature": 0.7, "top_p": 0.9, "stop": ["END"], "stream": true,
              "user": "u-1",
              "messages": [
                {"role": "system", "content": [{"type": "text", "text": "You write captions."}, {"type": "text", "text": "Be short."}]},
                {"role": "user", "content": [
                  {"type": "text", "text": "What is this?"},
                  {"type": "image_url", "image_url": {"url": "https://pictures.test/mug.png"}},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}},
                  {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="}},
                  {"type": "text", "text": "plain"}]},
                {"role": "assistant", "content": "Let me see.", "tool_calls": [
                  {"id": "toolu_1", "type": "function", "function": {"name": "stock", "arguments": "{\"sku\":\"A1\",\"n\":1.50}"}},
                  {"id": "toolu_2", "type": "function", "function": {"name": "today", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "toolu_1", "content": "12"},
                {"role": "tool", "tool_call_id": "toolu_2", "content": "Error: no\ncalendar"},
                {"role": "user", "content": [
                  {"type": "text", "text": "Here:"},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}]},
                {"role": "assistant", "content": "A mug,"}],
              "tools": [
                {"type": "function", "function": {"name": "stock", "description": "Counts.",
                  "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}}},
                {"type": "function", "function": {"name": "today", "parameters": {"type": "object", "properties": {}}}}],
              "tool_choice": "required", "parallel_tool_calls": false
            }
            """, translated.Body);
        Assert.Equal(new AnswerContext { IsStream = true, IncludeUsage = true }, translated.Answer);
        Assert.Equal(["top_k", "service_tier"], translated.Dropped);
    }

    [Fact]
    public void The_least_request_has_no_more_than_it_says() => Equal(
        """{"model":"m","max_tokens":50,"messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi"}]}""",
        Translate(With("\"system\":\"S\",\"tools\":[],\"stop_sequences\":[]"), new() { MaxTokensField = "max_tokens" }).Body);

    [Theory]
    [InlineData("""{"type":"auto"}""", "\"auto\"")]
    [InlineData("""{"type":"none"}""", "\"none\"")]
    [InlineData("""{"type":"tool","name":"a"}""", """{"type":"function","function":{"name":"a"}}""")]
    public void Choices_of_tools(string choice, string expected) => Assert.Equal(
        expected, Said($$$"""  "tools":[{"name":"a","input_schema":{"type":"object"}}],"tool_choice":{{{choice}}}  """)["tool_choice"]!.ToJsonString());

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{},"additionalProperties":false}}},"required":["a"],"additionalProperties":false}""", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"required":["a"],"additionalProperties":false,"$defs":{"b":{"type":"object","properties":{}}}}""", false)]
    public void A_schema_is_strict_where_openai_takes_it_so(string schema, bool isStrict)
    {
        JsonNode format = Said($$$"""  "output_config":{"format":{"type":"json_schema","schema":{{{schema}}}}}  """)["response_format"]!["json_schema"]!;
        Assert.Equal(isStrict, format["strict"] is not null);
        Equal(schema, Utf8(format["schema"]!.ToJsonString()));
        Assert.Equal("answer", format["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("gpt-4o-mini", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":5000}", null)]
    [InlineData("gpt-5.1-mini", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "low")]
    [InlineData("o4-mini", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":5000}", "medium")]
    [InlineData("o4-mini", "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":30000}", "high")]
    [InlineData("gpt-5", "\"thinking\":{\"type\":\"adaptive\"}", "medium")]
    [InlineData("gpt-5", "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"max\"}", "high")]
    [InlineData("gpt-5", "\"thinking\":{\"type\":\"disabled\"},\"output_config\":{\"effort\":\"low\"}", null)]
    [InlineData("gpt-5-chat-latest", "\"thinking\":{\"type\":\"adaptive\"}", null)]
    public void Thinking(string model, string fields, string? expected)
    {
        JsonNode said = Said(fields + ",\"temperature\":1", TranslationOptions.For(model, default));
        Assert.Equal(expected, said["reasoning_effort"]?.GetValue<string>());
        Assert.Equal(model is "gpt-4o-mini" or "gpt-5-chat-latest", said["temperature"] is not null);
    }

    [Theory]
    [InlineData("\"stop_sequences\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop_sequences")]
    [InlineData("\"mcp_servers\":[{}]", "mcp_servers")]
    [InlineData("\"container\":\"c\"", "container")]
    [InlineData("\"temperature\":1.5", "temperature")]
    [InlineData("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"name\":\"a\"}]", "tools[0].input_schema")]
    [InlineData("\"output_config\":{\"format\":{\"type\":\"xml\"}}", "output_config.format.type")]
    public void What_has_no_form_is_refused_by_its_name(string fields, string field) =>
        Assert.Equal(field, Assert.Throws<RequestRefusedException>(() => Translate(With(fields))).Field);

    [Theory]
    [InlineData("""{"role":"robot","content":"x"}""", "messages[0].role")]
    [InlineData("""{"role":"user","content":[{"type":"image","source":{"type":"file","file_id":"f"}}]}""", "messages[0].content[0].source.type")]
    [InlineData("""{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://x.test"}}]}""", "messages[0].content[0].source.type")]
    [InlineData("""{"role":"user","content":[{"type":"search_result"}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"assistant","content":[{"type":"server_tool_use"}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"a","input":"x"}]}""", "messages[0].content[0].input")]
    public void A_message_that_has_no_form_is_refused_by_its_path(string message, string field) => Assert.Equal(
        field, Assert.Throws<RequestRefusedException>(() => Translate($$"""{"model":"m","max_tokens":5,"messages":[{{message}}]}""")).Field);

    [Fact]
    public void Max_tokens_is_needed_as_at_anthropic() =>
        Assert.Equal("max_tokens", Assert.Throws<RequestRefusedException>(() => Translate("""{"model":"m","messages":[{"role":"user","content":"x"}]}""")).Field);
}
