using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Requests;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

/// <summary>What a provider wants back of a turn that called tools goes to the client and comes back from it.</summary>
public sealed class CallSignatureTests
{
    private const string Call = """{"index":0,"id":"c1","type":"function","extra_content":{"google":{"thought_signature":"sig+/="}},"function":{"name":"stock","arguments":"{}"}}""";
    private const string Second = """{"index":1,"id":"c2","type":"function","function":{"name":"look","arguments":"{}"}}""";
    private const string Answer = $$"""{"id":"1","choices":[{"message":{"role":"assistant","reasoning_content":"Hm.","tool_calls":[{{Call}},{{Second}}]},"finish_reason":"tool_calls"}]}""";
    private const string Stream = $$$"""
        data: {"id":"1","choices":[{"index":0,"delta":{"reasoning_content":"Hm."}}]}

        data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{{{Call}}}]}}]}

        data: {"id":"1","choices":[{"index":0,"delta":{"tool_calls":[{{{Second}}}]},"finish_reason":"tool_calls"}]}

        data: [DONE]


        """;

    private static readonly TranslationOptions Gemini = TranslationOptions.For("gemini-3-pro-preview", default);
    private static readonly TranslationOptions DeepSeek = TranslationOptions.For("deepseek-flash", default) with { TakesThinkingBack = true };
    private static readonly AnswerContext Sealing = new() { Response = new ResponseEcho(default, WantsSummary: false, WantsSealed: true) };

    public static TheoryData<bool> Ways => [true, false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_anthropic_clients_next_turn_brings_signatures_and_thinking_back(bool streamed)
    {
        JsonArray content = streamed ? Blocks(Run(new ChatStreamToMessages(), Stream)) : JsonNode.Parse(CompletionToMessage.Translate(Utf8(Answer)).Body)!["content"]!.AsArray();
        string request = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":{{content.ToJsonString()}}},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"1"},{"type":"tool_result","tool_use_id":"c2","content":"2"}]}]}""";

        Assert.Equal(["thinking", "redacted_thinking", "tool_use", "tool_use"], content.Select(static block => block!["type"]!.GetValue<string>()));
        Check(JsonNode.Parse(MessagesToChat.Translate(Utf8(request), Gemini).Body)!, JsonNode.Parse(MessagesToChat.Translate(Utf8(request), DeepSeek).Body)!);
        JsonNode own = JsonNode.Parse(SealedRemoval.From(Utf8(request)).Span)!;
        Assert.Equal(["tool_use", "tool_use"], own["messages"]![1]!["content"]!.AsArray().Select(static block => block!["type"]!.GetValue<string>()));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_responses_clients_next_turn_brings_signatures_and_thinking_back(bool streamed)
    {
        JsonNode response = streamed
            ? StreamTranslationTests.Events(Run(new ChatStreamToResponses(Sealing), Stream)).Select(static one => JsonNode.Parse(one.Data)!["response"]).Last(static response => response is not null)!
            : JsonNode.Parse(CompletionToResponse.Translate(Utf8(Answer), Sealing).Body)!;
        JsonArray items = response["output"]!.DeepClone().AsArray();
        items.Insert(0, new JsonObject { ["role"] = "user", ["content"] = "Hi" });
        foreach (string id in (string[])["c1", "c2"])
        {
            items.Add(new JsonObject { ["type"] = "function_call_output", ["call_id"] = id, ["output"] = "1" });
        }

        byte[] request = Utf8(new JsonObject { ["model"] = "m", ["input"] = items }.ToJsonString());

        Check(JsonNode.Parse(ResponsesToChat.Translate(request, Gemini).Body)!, JsonNode.Parse(ResponsesToChat.Translate(request, DeepSeek).Body)!);

        // Anthropic takes back what it signed, and nobody else's.
        TranslatedRequest messages = ResponsesToMessages.Translate(request, TranslationOptions.For("claude-haiku-4-5", default));
        Assert.DoesNotContain("thinking", Encoding.UTF8.GetString(messages.Body), StringComparison.Ordinal);
        Assert.Contains("input.reasoning", messages.Dropped);
    }

    [Theory]
    [InlineData("gemini-3-pro-preview", true)]
    [InlineData("google/gemini-flash-latest", true)]
    [InlineData("gemini-2.5-flash", false)]
    [InlineData("gpt-4o", false)]
    public void A_call_whose_signature_is_not_there_says_so_to_a_model_that_needs_one(string model, bool says)
    {
        const string Request = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"1"}]}]}""";
        JsonNode call = JsonNode.Parse(MessagesToChat.Translate(Utf8(Request), TranslationOptions.For(model, default)).Body)!["messages"]![1]!["tool_calls"]![0]!;

        Assert.Equal(says ? CallSignature.Unknown : null, call["extra_content"]?["google"]?["thought_signature"]?.GetValue<string>());
    }

    private static void Check(JsonNode gemini, JsonNode deepSeek)
    {
        JsonArray calls = gemini["messages"]![1]!["tool_calls"]!.AsArray();
        Assert.Equal(("c1", "sig+/="), (calls[0]!["id"]!.GetValue<string>(), calls[0]!["extra_content"]!["google"]!["thought_signature"]!.GetValue<string>()));
        Assert.Equal(("c2", null), (calls[1]!["id"]!.GetValue<string>(), calls[1]!["extra_content"]));
        Assert.Null(gemini["messages"]![1]!["reasoning_content"]);
        Assert.Equal("Hm.", deepSeek["messages"]![1]!["reasoning_content"]!.GetValue<string>());
        Assert.All(deepSeek["messages"]![1]!["tool_calls"]!.AsArray(), static call => Assert.Null(call!["extra_content"]));
    }

    private static string Run(StreamTranslator translator, string stream)
    {
        var output = new ArrayBufferWriter<byte>();
        translator.Write(Utf8(stream.ReplaceLineEndings("\n")), output);
        Assert.Equal(StreamState.Complete, translator.State);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The blocks as an SDK puts them together.</summary>
    private static JsonArray Blocks(string events)
    {
        List<JsonNode> blocks = [];
        foreach (JsonNode data in StreamTranslationTests.Events(events).Select(static one => JsonNode.Parse(one.Data)!))
        {
            switch (data["type"]!.GetValue<string>())
            {
                case "content_block_start":
                    blocks.Add(data["content_block"]!.DeepClone());
                    break;
                case "content_block_delta" when data["delta"]!["thinking"] is { } thought:
                    blocks[^1]["thinking"] = blocks[^1]["thinking"]!.GetValue<string>() + thought.GetValue<string>();
                    break;
            }
        }

        return [.. blocks];
    }
}
