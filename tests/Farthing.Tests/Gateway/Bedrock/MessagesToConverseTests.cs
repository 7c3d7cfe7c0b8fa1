using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Translation;
using Farthing.Tests.Gateway.Translation;

namespace Farthing.Tests.Gateway.Bedrock;

public sealed class MessagesToConverseTests
{
    [Fact]
    public void A_claudes_effort_goes_to_it_beside_its_thinking()
    {
        var made = MessagesToConverse.Translate(System.Text.Encoding.UTF8.GetBytes("""
            {"model":"eu.anthropic.claude-opus-4-7","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}
            """));
        Assert.Contains("\"additionalModelRequestFields\":{\"output_config\":{\"effort\":\"low\"},\"thinking\":{\"type\":\"adaptive\"}}", System.Text.Encoding.UTF8.GetString(made.Body), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_with_everything_is_said_in_converse()
    {
        ConverseRequest made = Translate(
            """
            {"model":"us.anthropic.claude-haiku-4-5-20251001-v1:0","max_tokens":300,"stream":true,"temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["END"],
             "system":[{"type":"text","text":"You write captions.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
             "metadata":{"user_id":"u"},
             "tools":[{"name":"weather","description":"The weather.","input_schema":{"type":"object"},"strict":true},{"type":"custom","name":"other","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}],
             "tool_choice":{"type":"tool","name":"weather"},
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},
             "messages":[
               {"role":"user","content":"Hello"},
               {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"cmVk"},{"type":"text","text":" "},{"type":"tool_use","id":"t1","name":"weather","input":{"city":"Bern"}}]},
               {"role":"user","content":[
                 {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"Sunny"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}}],"is_error":true},
                 {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"}},
                 {"type":"text","text":"So?"}]}]}
            """);

        Assert.Equal(("us.anthropic.claude-haiku-4-5-20251001-v1:0", true), (made.Model, made.IsStream));
        JsonSame.Equal(
            """
            {"system":[{"text":"You write captions."},{"cachePoint":{"type":"default","ttl":"1h"}}],
             "messages":[
               {"role":"user","content":[{"text":"Hello"}]},
               {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},{"reasoningContent":{"redactedContent":"cmVk"}},{"toolUse":{"toolUseId":"t1","name":"weather","input":{"city":"Bern"}}}]},
               {"role":"user","content":[
                 {"toolResult":{"toolUseId":"t1","content":[{"text":"Sunny"},{"image":{"format":"png","source":{"bytes":"iVBO"}}}],"status":"error"}},
                 {"document":{"format":"pdf","name":"document-1","source":{"bytes":"JVBE"}}},
                 {"text":"So?"}]}],
             "inferenceConfig":{"maxTokens":300,"temperature":0.5,"topP":0.9,"stopSequences":["END"]},
             "toolConfig":{"tools":[{"toolSpec":{"name":"weather","description":"The weather.","inputSchema":{"json":{"type":"object"}},"strict":true}},{"toolSpec":{"name":"other","inputSchema":{"json":{"type":"object"}}}},{"cachePoint":{"type":"default"}}],"toolChoice":{"tool":{"name":"weather"}}},
             "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"answer"}}}},
             "additionalModelRequestFields":{"top_k":5}}
            """,
            made.Body);
    }

    [Fact]
    public void What_only_claude_knows_is_not_sent_to_others()
    {
        ConverseRequest made = Translate("""{"model":"amazon.nova-lite-v1:0","max_tokens":3,"top_k":5,"messages":[{"role":"user","content":"x"}]}""");

        JsonSame.Equal("""{"messages":[{"role":"user","content":[{"text":"x"}]}],"inferenceConfig":{"maxTokens":3}}""", made.Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"tools\":[],\"tool_choice\":{\"type\":\"auto\"}")]
    public void Tools_that_a_conversation_called_and_a_request_does_not_have_are_defined(string fields)
    {
        ConverseRequest made = Translate($$$"""
            {"model":"m","max_tokens":3,"messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{}},{"type":"tool_use","id":"t2","name":"g","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"1"},{"type":"tool_result","tool_use_id":"t2","content":"2"}]}]{{{fields}}}}
            """);

        Assert.Equal(
            """{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}},{"toolSpec":{"name":"g","inputSchema":{"json":{"type":"object","properties":{}}}}}]}""",
            JsonNode.Parse(made.Body)!["toolConfig"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"m","max_tokens":3,"messages":[{"role":"system","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","max_tokens":3,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]}]}""", "messages[0].content[0].source.type")]
    [InlineData("""{"model":"m","max_tokens":3,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", "tools[0].type")]
    [InlineData("""{"model":"m","max_tokens":3,"messages":[{"role":"user","content":[{"type":"search_result"}]}]}""", "messages[0].content[0].type")]
    public void What_converse_cannot_say_is_refused_by_its_name(string body, string field)
    {
        var refusal = Assert.Throws<RequestRefusedException>(() => Translate(body));

        Assert.Equal(field, refusal.Field);
    }

    private static ConverseRequest Translate(string body) => MessagesToConverse.Translate(Encoding.UTF8.GetBytes(body));
}
