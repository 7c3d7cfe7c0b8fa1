using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Translation.Requests;
using Farthing.Gateway.Translation.Streams;
using Farthing.Tests.Rendering;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class TranslationPropertyTests
{
    private const string Chat = """
        {"model":"m","max_tokens":9,"temperature":0.5,"stop":["a"],"stream":true,"reasoning_effort":"low","messages":[{"role":"system","content":"s"},
        {"role":"user","content":[{"type":"text","text":"\u00e9\n"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGVsbG8="}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":[1,{}]}"}}]},
        {"role":"tool","tool_call_id":"c","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
        "tool_choice":"auto","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{}}}}}
        """;

    private static readonly string ChatWithoutStop = Chat.Replace("\"stop\":[\"a\"],", "", StringComparison.Ordinal);

    private const string Messages = """
        {"model":"m","max_tokens":9,"system":"s","stream":true,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[
        {"role":"user","content":[{"type":"text","text":"\u00e9\n"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGVsbG8="}}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":[1,{}]}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"x"}]}]}],
        "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},
        "output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}}}}}}
        """;

    private const string Responses = """
        {"model":"m","max_output_tokens":9,"instructions":"s","stream":true,"reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"input":[
        {"role":"user","content":[{"type":"input_text","text":"\u00e9\n"},{"type":"input_image","image_url":"data:image/png;base64,aGVsbG8="}]},
        {"type":"reasoning","id":"rs","summary":[]},{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":[1,{}]}"},
        {"type":"function_call_output","call_id":"c","output":"x"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}],
        "tool_choice":"auto","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object","properties":{}}}}}
        """;

    private const string Completion = """
        {"id":"c","model":"m","choices":[{"message":{"content":"x","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],
        "usage":{"prompt_tokens":5,"completion_tokens":6,"prompt_tokens_details":{"cached_tokens":2}}}
        """;

    private const string Response = """
        {"id":"resp_1","model":"m","status":"completed","output":[{"type":"reasoning","id":"rs","summary":[{"text":"Hm."}],"encrypted_content":"x"},
        {"type":"message","content":[{"type":"output_text","text":"x"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}],"usage":{"input_tokens":5,"output_tokens":6}}
        """;

    private const string Message = """
        {"id":"m","model":"m","content":[{"type":"text","text":"x"},{"type":"tool_use","id":"t","name":"f","input":{}}],"stop_reason":"tool_use",
        "usage":{"input_tokens":5,"output_tokens":6,"cache_read_input_tokens":2}}
        """;

    private static readonly TranslationOptions Native = TranslationOptions.For("claude-haiku-4-5", default);

    [Fact]
    public void Whatever_comes_is_translated_to_json_or_refused()
    {
        var random = new Random(20_261_125);
        int translated = 0;
        for (int round = 0; round < 4_000; round++)
        {
            translated += Try(static body => ChatToMessages.Translate(body, new TranslationOptions()).Body, Mutation.Of(Utf8(Chat), random));
            translated += Try(static body => ChatToMessages.Translate(body, Native).Body, Mutation.Of(Utf8(Chat), random));
            translated += Try(static body => MessagesToChat.Translate(body, Native).Body, Mutation.Of(Utf8(Messages), random));
            translated += Try(static body => ResponsesToChat.Translate(body, new TranslationOptions()).Body, Mutation.Of(Utf8(Responses), random));
            translated += Try(static body => ResponsesToMessages.Translate(body, Native).Body, Mutation.Of(Utf8(Responses), random));
            translated += Try(static body => ChatToResponses.Translate(body, Native).Body, Mutation.Of(Utf8(ChatWithoutStop), random));
            translated += Try(static body => MessagesToResponses.Translate(body, Native).Body, Mutation.Of(Utf8(Messages), random));
            translated += Try(static body => ResponseToCompletion.Translate(body, new AnswerContext()).Body, Mutation.Of(Utf8(Response), random));
            translated += Try(static body => CompletionToResponse.Translate(body, new AnswerContext()).Body, Mutation.Of(Utf8(Completion), random));
            translated += Try(static body => CompletionToMessage.Translate(body).Body, Mutation.Of(Utf8(Completion), random));
            translated += Try(static body => MessageToCompletion.Translate(body, new AnswerContext()).Body, Mutation.Of(Utf8(Message), random));
            byte[] error = Mutation.Of("{\"type\":\"error\",\"error\":{\"type\":\"t\",\"message\":\"m\",\"code\":\"c\"}}"u8.ToArray(), random);
            JsonDocument.Parse(ErrorToOpenAi.Translate(500, error).Body).Dispose();
            JsonDocument.Parse(ErrorToOpenAi.Keep(500, error).Body).Dispose();
            JsonDocument.Parse(ErrorToAnthropic.Translate(500, error).Body).Dispose();
        }

        Assert.InRange(translated, 2_200, 43_000);
    }

    private static int Try(Func<ReadOnlyMemory<byte>, byte[]> translate, byte[] body)
    {
        try
        {
            JsonDocument.Parse(translate(body)).Dispose();
            return 1;
        }
        catch (Exception error) when (error is RequestRefusedException or AnswerUnreadableException)
        {
            Assert.NotEmpty(error.Message);
            return 0;
        }
    }

    [Fact]
    public void Whatever_is_streamed_ends_once_and_in_readable_events()
    {
        byte[] anthropic = Utf8("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\ndata: {\"type\":\"message_stop\"}\n\n");
        byte[] openAi = Utf8("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\",\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}\n\ndata: [DONE]\n\n");
        byte[] responses = Utf8("data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\ndata: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\"}}\n\ndata: {\"type\":\"response.function_call_arguments.delta\",\"output_index\":0,\"delta\":\"{}\"}\n\ndata: {\"type\":\"response.output_text.delta\",\"output_index\":1,\"delta\":\"x\"}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}\n\n");
        var random = new Random(11);
        for (int round = 0; round < 4_000; round++)
        {
            Ends(new MessagesStreamToChat(new AnswerContext { IncludeUsage = true }), Mutation.Of(anthropic, random), "[DONE]");
            Ends(new ResponsesStreamToChat(new AnswerContext { IncludeUsage = true }), Mutation.Of(responses, random), "[DONE]");
            Ends(new ChatStreamToMessages(), Mutation.Of(openAi, random), "\"type\":\"message_stop\"");
            Ends(new ChatStreamToResponses(new AnswerContext()), Mutation.Of(openAi, random), "\"type\":\"response.completed\"");
        }
    }

    private static void Ends(StreamTranslator translator, byte[] bytes, string end)
    {
        var output = new ArrayBufferWriter<byte>();
        translator.Write(bytes, output);
        translator.End(output);
        string[] events = [.. StreamTranslationTests.Events(System.Text.Encoding.UTF8.GetString(output.WrittenSpan)).Select(static found => found.Data)];
        Assert.NotEqual(StreamState.Open, translator.State);
        Assert.Equal(translator.State == StreamState.Complete, events[^1].Contains(end, StringComparison.Ordinal));
        Assert.Equal(translator.State == StreamState.Broken, translator.Fault is not null);
        Assert.All(events.Where(static found => found != "[DONE]"), static found => JsonDocument.Parse(found).Dispose());
    }

    /// <summary>What both protocols can say: it must come back as it was.</summary>
    [Fact]
    public void A_request_there_and_back_again_says_the_same()
    {
        Gen<string> text = Gen.String[Gen.Char["aé杯 \"\\\n{}<>&"], 1, 12];
        Gen<JsonNode> user = text.Select(static said => (JsonNode)new JsonObject { ["role"] = "user", ["content"] = said });
        Gen<JsonNode> called = Gen.Select(text, text, Gen.Int[1, 3], static (said, argument, calls) => (JsonNode)new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = said,
            ["tool_calls"] = new JsonArray([.. Enumerable.Range(0, calls).Select(at => (JsonNode)new JsonObject
            {
                ["id"] = $"call_{at}",
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = new JsonObject { ["a"] = argument }.ToJsonString(Relaxed) },
            })]),
        });
        Gen.Select(user, called, text, user, Gen.Bool, Gen.Double[0, 1], static (first, call, result, second, isStream, temperature) =>
        {
            var messages = new JsonArray(first, call);
            foreach (JsonNode? made in call["tool_calls"]!.AsArray())
            {
                messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = made!["id"]!.GetValue<string>(), ["content"] = result });
            }

            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = result });
            messages.Add(second);
            var request = new JsonObject
            {
                ["model"] = "m",
                ["messages"] = messages,
                ["max_completion_tokens"] = 77,
                ["temperature"] = temperature,
                ["stop"] = new JsonArray("x"),
                ["tools"] = JsonNode.Parse("""[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]"""),
                ["tool_choice"] = "required",
                ["parallel_tool_calls"] = false,
                ["user"] = "u",
            };
            if (isStream)
            {
                request["stream"] = true;
                request["stream_options"] = new JsonObject { ["include_usage"] = true };
            }

            return request;
        }).Sample(static request =>
        {
            TranslatedRequest there = ChatToMessages.Translate(Utf8(request.ToJsonString()), new TranslationOptions());
            TranslatedRequest back = MessagesToChat.Translate(there.Body, new TranslationOptions());
            Assert.Empty(there.Dropped);
            Assert.Empty(back.Dropped);

            // A user's text comes back as a list of one part; both forms say the same.
            JsonNode said = JsonNode.Parse(back.Body)!;
            foreach (JsonNode? message in said["messages"]!.AsArray())
            {
                if (message!["content"] is JsonArray { Count: 1 } parts)
                {
                    message["content"] = parts[0]!["text"]!.GetValue<string>();
                }
            }

            // Whether usage must be asked for is the provider's quirk.
            var asked = request.DeepClone().AsObject();
            asked.Remove("stream_options");
            Equal(asked.ToJsonString(), Utf8(said.ToJsonString()));
        });
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
