using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ResponsesToChatTests
{
    private static readonly TranslationOptions Options = new() { Model = "mistral-small", MaxTokensField = "max_tokens" };

    private static TranslatedRequest Translate(string body, TranslationOptions? options = null) => ResponsesToChat.Translate(Utf8(body), options ?? Options);

    private static string With(string fields) => $$"""{"model":"m","input":"Hi",{{fields}}}""";

    private static JsonNode Said(string fields, TranslationOptions? options = null) => JsonNode.Parse(Translate(With(fields), options).Body)!;

    [Fact]
    public void A_conversation_with_parallel_tools_and_pictures()
    {
        TranslatedRequest translated = Translate("""
            {
              "model": "caption", "max_output_tokens": 300, "temperature": 0.7, "top_p": 0.9, "user": "u-1", "stream": true, "parallel_tool_calls": false,
              "instructions": "You write captions.", "metadata": {"a": "b"}, "store": false, "truncation": "disabled", "seed": 7,
              "input": [
                {"role": "developer", "content": [{"type": "input_text", "text": "Be short."}]},
                {"type": "message", "role": "user", "content": [
                  {"type": "input_text", "text": "What is \"this\"? 杯"},
                  {"type": "input_image", "image_url": "https://pictures.test/mug.png", "detail": "low"},
                  {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="}]},
                {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "of another provider"},
                {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "Let me see.", "annotations": []}]},
                {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "stock", "arguments": "{\"sku\": \"A1\"}", "status": "completed"},
                {"type": "function_call", "id": "fc_2", "call_id": "call_2", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "call_1", "output": "12"},
                {"type": "function_call_output", "call_id": "call_2", "output": [{"type": "input_image", "image_url": "data:image/png;base64,aGVsbG8="}]},
                {"role": "assistant", "content": "A mug,"},
                {"role": "assistant", "content": "a red one."},
                {"role": "user", "content": [{"type": "input_text", "text": "Go on."}]}],
              "tools": [
                {"type": "function", "name": "stock", "description": "Counts.", "strict": true, "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}}},
                {"type": "function", "name": "look"}],
              "tool_choice": "required"
            }
            """);

        Equal("""
            {
              "model": "mistral-small", "max_tokens": 300, "temperature": 0.7, "top_p": 0.9, "user": "u-1", "stream": true, "parallel_tool_calls": false,
              "messages": [
                {"role": "system", "content": "You write captions."},
                {"role": "system", "content": "Be short."},
                {"role": "user", "content": [
                  {"type": "text", "text": "What is \"this\"? 杯"},
                  {"type": "image_url", "image_url": {"url": "https://pictures.test/mug.png", "detail": "low"}},
                  {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGVsbG8="}}]},
                {"role": "assistant", "content": "Let me see.", "tool_calls": [
                  {"id": "call_1", "type": "function", "function": {"name": "stock", "arguments": "{\"sku\": \"A1\"}"}},
                  {"id": "call_2", "type": "function", "function": {"name": "look", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "call_1", "content": "12"},
                {"role": "tool", "tool_call_id": "call_2", "content": "The result follows in the next message."},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}]},
                {"role": "assistant", "content": "A mug,"},
                {"role": "assistant", "content": "a red one."},
                {"role": "user", "content": "Go on."}],
              "tools": [
                {"type": "function", "function": {"name": "stock", "description": "Counts.", "strict": true, "parameters": {"type": "object", "properties": {"sku": {"type": "string"}}}}},
                {"type": "function", "function": {"name": "look"}}],
              "tool_choice": "required"
            }
            """, translated.Body);
        Assert.Equal(["seed", "input.reasoning"], translated.Dropped);
    }

    [Fact]
    public void A_plain_text_is_a_message_of_the_user() =>
        Equal("""{"model":"mistral-small","messages":[{"role":"user","content":"Hi"}]}""", Translate("""{"model":"m","input":"Hi"}""").Body);

    [Theory]
    [InlineData("\"auto\"", "\"auto\"")]
    [InlineData("\"none\"", "\"none\"")]
    [InlineData("""{"type":"function","name":"f"}""", """{"type":"function","function":{"name":"f"}}""")]
    [InlineData("""{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}""", """{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}""")]
    public void A_choice_of_a_tool(string choice, string expected)
    {
        JsonNode said = Said($$"""{{"\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]"}},"tool_choice":{{choice}}""");
        Equal(expected, Utf8(said["tool_choice"]!.ToJsonString()));
    }

    [Fact]
    public void A_schema_and_plain_json()
    {
        Equal(
            """{"type":"json_schema","json_schema":{"name":"caption","description":"d","schema":{"type":"object"},"strict":true}}""",
            Utf8(Said("""
                "text":{"format":{"type":"json_schema","name":"caption","description":"d","schema":{"type":"object"},"strict":true}}
                """)["response_format"]!.ToJsonString()));
        Equal("""{"type":"json_object"}""", Utf8(Said("\"text\":{\"format\":{\"type\":\"json_object\"}}")["response_format"]!.ToJsonString()));
        Assert.Null(Said("\"text\":{\"format\":{\"type\":\"text\"}}")["response_format"]);
    }

    [Fact]
    public void Probabilities_are_asked_for_as_a_chat_does()
    {
        Assert.True(Said("\"include\":[\"message.output_text.logprobs\"]")["logprobs"]!.GetValue<bool>());
        JsonNode most = Said("\"top_logprobs\":3");
        Assert.Equal((true, 3), (most["logprobs"]!.GetValue<bool>(), most["top_logprobs"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("gpt-oss-120b", "low", 0.5)]
    [InlineData("gemini-2.5-flash", "low", 0.5)]
    [InlineData("gpt-5-mini", "low", null)]
    [InlineData("mistral-small-latest", null, 0.5)]
    [InlineData("gemini-2.0-flash", null, 0.5)]
    public void What_a_model_does_not_take_is_left_out_and_named(string model, string? effort, double? temperature)
    {
        TranslatedRequest made = Translate(With("\"temperature\":0.5,\"reasoning\":{\"effort\":\"low\"}"), TranslationOptions.For(model, default));
        JsonNode said = JsonNode.Parse(made.Body)!;
        Assert.Equal(effort, said["reasoning_effort"]?.GetValue<string>());
        Assert.Equal(temperature, said["temperature"]?.GetValue<double>());
        Assert.Equal((effort is null, temperature is null), (made.Dropped.Contains("reasoning.effort"), made.Dropped.Contains("temperature")));
    }

    [Theory]
    [InlineData("\"store\":true", "store")]
    [InlineData("\"truncation\":\"auto\"", "truncation")]
    [InlineData("\"text\":{\"verbosity\":\"low\"}", "text.verbosity")]
    [InlineData("\"service_tier\":\"flex\"", "service_tier")]
    [InlineData("\"prompt_cache_key\":\"k\"", "prompt_cache_key")]
    [InlineData("\"max_tool_calls\":3", "max_tool_calls")]
    [InlineData("\"never_heard_of\":1", "never_heard_of")]
    public void What_has_no_word_is_named(string fields, string dropped) => Assert.Equal([dropped], Translate(With(fields)).Dropped);

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"", "previous_response_id", "Send the conversation's items")]
    [InlineData("\"conversation\":{\"id\":\"conv_1\"}", "conversation", "Send its items")]
    [InlineData("\"prompt\":{\"id\":\"pmpt_1\"}", "prompt", "Send 'instructions'")]
    [InlineData("\"background\":true", "background", "Leave it out")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type", "'web_search'")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"name\":\"c\"}]", "tools[0].type", "'custom'")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":{\"type\":\"file_search\"}", "tool_choice.type", "'file_search'")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],\"tool_choice\":\"any\"", "tool_choice", "'any'")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice", "only allowed when 'tools' are specified")]
    [InlineData("\"text\":{\"format\":{\"type\":\"grammar\"}}", "text.format.type", "'grammar'")]
    [InlineData("\"max_output_tokens\":0", "max_output_tokens", "at least 1")]
    [InlineData("\"temperature\":3", "temperature", "from 0 to 2")]
    public void What_can_not_be_said_is_refused_by_its_name(string fields, string field, string message)
    {
        var refusal = Assert.Throws<RequestRefusedException>(() => Translate(With(fields)));
        Assert.Equal(field, refusal.Field);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"type":"item_reference","id":"msg_1"}]""", "input[0].type")]
    [InlineData("""[{"role":"user","content":"x"},{"type":"web_search_call","id":"ws_1"}]""", "input[1].type")]
    [InlineData("""[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]""", "input[0].content[0].file_id")]
    [InlineData("""[{"role":"user","content":[{"type":"input_file","file_url":"https://x.test/a.pdf"}]}]""", "input[0].content[0].file_url")]
    [InlineData("""[{"role":"system","content":[{"type":"input_image","image_url":"https://x.test/a.png"}]}]""", "input[0].content[0].type")]
    [InlineData("""[{"role":"critic","content":"x"}]""", "input[0].role")]
    [InlineData("""[{"type":"function_call_output","output":"x"}]""", "input[0].call_id")]
    [InlineData("""[{"type":"function_call","call_id":"c","arguments":"{}"}]""", "input[0].name")]
    [InlineData("[]", "input")]
    [InlineData("""[{"role":"system","content":"x"}]""", "input")]
    [InlineData("7", "input")]
    public void An_item_that_can_not_be_said_is_refused_by_its_place(string input, string field)
    {
        var refusal = Assert.Throws<RequestRefusedException>(() => Translate($$"""{"model":"m","input":{{input}}}"""));
        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public void The_answer_knows_what_was_asked()
    {
        ResponseEcho echo = Translate(With("\"instructions\":\"Be short.\",\"metadata\":{\"a\":\"b\"},\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"include\":[\"reasoning.encrypted_content\"]")).Answer.Response!;
        Assert.Equal((true, true), (echo.WantsSummary, echo.WantsSealed));
        Equal("""
            {"background":false,"instructions":"Be short.","max_output_tokens":null,"max_tool_calls":null,"metadata":{"a":"b"},"parallel_tool_calls":true,
            "safety_identifier":null,"temperature":1,"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,"user":null,"previous_response_id":null,
            "store":false,"service_tier":"default","truncation":"disabled","reasoning":{"effort":"low","summary":"auto"},"text":{"format":{"type":"text"}}}
            """, Utf8(echo.Fields.GetRawText()));
    }
}
