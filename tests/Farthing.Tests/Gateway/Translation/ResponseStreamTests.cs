using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;
using static Farthing.Tests.Gateway.Translation.StreamTranslationTests;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ResponseStreamTests
{
    private static readonly AnswerContext Context = new() { IncludeUsage = true, Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    private static readonly AnswerContext Telling = Context with { Response = new ResponseEcho(default, WantsSummary: true, WantsSealed: true) };

    private static readonly string[] Kinds = ["content", "reasoning_content", "refusal", "call", "more", "nothing"];

    private static readonly string[] Finishes = ["stop", "length", "tool_calls"];

    private static string Chunk(string delta, string finish = "null") =>
        $$"""data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""" + "\n\n";

    [Fact]
    public void A_text_and_calls_have_every_event_in_its_order()
    {
        var translator = new ChatStreamToResponses(Context);
        List<(string Type, string Data)> events = Events(Run(translator, Utf8(OpenAi)));
        const string Message = """{"id":"msg_1_0","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"A \"red\" 杯.","annotations":[],"logprobs":[]}]}""";
        const string First = """{"id":"fc_1_1","type":"function_call","status":"completed","call_id":"call_1","name":"stock","arguments":"{\"sku\":\"A1\"}"}""";
        const string Second = """{"id":"fc_1_2","type":"function_call","status":"completed","call_id":"call_2","name":"today","arguments":"{}"}""";
        const string Usage = """{"input_tokens":30,"input_tokens_details":{"cached_tokens":5},"output_tokens":15,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":45}""";
        string[] expected =
        [
            $$"""{"type":"response.created","response":{{Response("in_progress", "", "null")}}}""",
            $$"""{"type":"response.in_progress","response":{{Response("in_progress", "", "null")}}}""",
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1_0","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
            """{"type":"response.content_part.added","item_id":"msg_1_0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}""",
            """{"type":"response.output_text.delta","item_id":"msg_1_0","output_index":0,"content_index":0,"delta":"A \"red\" ","logprobs":[]}""",
            """{"type":"response.output_text.delta","item_id":"msg_1_0","output_index":0,"content_index":0,"delta":"杯.","logprobs":[]}""",
            """{"type":"response.output_text.done","item_id":"msg_1_0","output_index":0,"content_index":0,"text":"A \"red\" 杯.","logprobs":[]}""",
            """{"type":"response.content_part.done","item_id":"msg_1_0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"A \"red\" 杯.","annotations":[],"logprobs":[]}}""",
            $$"""{"type":"response.output_item.done","output_index":0,"item":{{Message}}}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"id":"fc_1_1","type":"function_call","status":"in_progress","call_id":"call_1","name":"stock","arguments":""}}""",
            """{"type":"response.function_call_arguments.delta","item_id":"fc_1_1","output_index":1,"delta":"{\"sku\":\"A1\"}"}""",
            """{"type":"response.function_call_arguments.done","item_id":"fc_1_1","output_index":1,"name":"stock","arguments":"{\"sku\":\"A1\"}"}""",
            $$"""{"type":"response.output_item.done","output_index":1,"item":{{First}}}""",
            """{"type":"response.output_item.added","output_index":2,"item":{"id":"fc_1_2","type":"function_call","status":"in_progress","call_id":"call_2","name":"today","arguments":""}}""",
            """{"type":"response.function_call_arguments.delta","item_id":"fc_1_2","output_index":2,"delta":"{}"}""",
            """{"type":"response.function_call_arguments.done","item_id":"fc_1_2","output_index":2,"name":"today","arguments":"{}"}""",
            $$"""{"type":"response.output_item.done","output_index":2,"item":{{Second}}}""",
            $$"""{"type":"response.completed","response":{{Response("completed", $"{Message},{First},{Second}", Usage)}}}""",
        ];
        Assert.Equal(expected.Length, events.Count);
        for (int at = 0; at < expected.Length; at++)
        {
            JsonObject data = JsonNode.Parse(events[at].Data)!.AsObject();
            Assert.Equal(at, data["sequence_number"]!.GetValue<int>());
            Assert.Equal(data["type"]!.GetValue<string>(), events[at].Type);
            data.Remove("sequence_number");
            Equal(expected[at], Utf8(data.ToJsonString()));
        }

        Assert.Equal((StreamState.Complete, new TokenUsage(25, 5, 0, 15, 0)), (translator.State, translator.Usage));

        static string Response(string status, string output, string usage) =>
            $$"""{"id":"resp_1","object":"response","created_at":1700000000,"status":"{{status}}","error":null,"incomplete_details":null,"model":"gpt-4o-mini","output":[{{output}}],"usage":{{usage}}}""";
    }

    [Fact]
    public void Signed_thinking_of_an_anthropic_model_is_told_and_sealed()
    {
        List<(string Type, string Data)> events = Events(Through(StreamTranslationTests.Anthropic, Telling));
        Assert.Equal(
            ["response.output_item.added", "response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done"],
            events.Skip(2).Take(6).Select(static one => one.Type));
        JsonNode item = JsonNode.Parse(events[7].Data)!["item"]!;
        Equal("""[{"type":"thinking","thinking":"Hm.","signature":"sig"}]""", Utf8(SealedThinking.Open(item["encrypted_content"]!.GetValue<string>())!.Value.GetRawText()));
        ResponseGrammar.Check(events);
    }

    [Fact]
    public void Thinking_that_was_not_asked_for_is_not_told()
    {
        List<(string Type, string Data)> events = Events(Through(StreamTranslationTests.Anthropic, Context));
        ResponseGrammar.Check(events);
        Assert.DoesNotContain(events, static one => one.Data.Contains("Hm.", StringComparison.Ordinal));
        Assert.Equal("message", JsonNode.Parse(events[^1].Data)!["response"]!["output"]![0]!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("stop", "response.completed", null)]
    [InlineData("length", "response.incomplete", "max_output_tokens")]
    [InlineData("content_filter", "response.incomplete", "content_filter")]
    public void The_last_event_says_how_it_ended(string finish, string type, string? reason)
    {
        List<(string Type, string Data)> events = Events(Run(new ChatStreamToResponses(Context), Utf8(Chunk("""{"content":"A"}""") + Chunk("{}", $"\"{finish}\""))));
        Assert.Equal(type, events[^1].Type);
        Assert.Equal(reason, JsonNode.Parse(events[^1].Data)!["response"]!["incomplete_details"]?["reason"]?.GetValue<string>());
        ResponseGrammar.Check(events);
    }

    [Fact]
    public void A_stream_that_breaks_fails_and_then_says_why()
    {
        var translator = new ChatStreamToResponses(Context);
        var output = new ArrayBufferWriter<byte>();
        translator.Write(Utf8(Chunk("""{"content":"A red"}""")), output);
        translator.Fail("stream_interrupted", "It broke off.", output);
        translator.Fail("stream_interrupted", "Again.", output);
        List<(string Type, string Data)> events = Events(Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(["response.failed", "error"], events.TakeLast(2).Select(static one => one.Type));
        JsonNode failed = JsonNode.Parse(events[^2].Data)!["response"]!;
        Assert.Equal(("failed", "server_error", "A red", "incomplete"), (failed["status"]!.GetValue<string>(), failed["error"]!["code"]!.GetValue<string>(), failed["output"]![0]!["content"]![0]!["text"]!.GetValue<string>(), failed["output"]![0]!["status"]!.GetValue<string>()));
        JsonNode error = JsonNode.Parse(events[^1].Data)!;
        Assert.Equal(("stream_interrupted", "It broke off.", events.Count - 1), (error["code"]!.GetValue<string>(), error["error"]!["message"]!.GetValue<string>(), error["sequence_number"]!.GetValue<int>()));
    }

    [Fact]
    public void An_error_of_the_provider_keeps_its_message()
    {
        List<(string Type, string Data)> events = Events(Run(new ChatStreamToResponses(Context), Utf8(Chunk("""{"content":"A"}""") + "data: {\"error\":{\"message\":\"Slow down.\",\"type\":\"rate_limit_error\"}}\n\n")));
        Assert.Equal("rate_limit_exceeded", JsonNode.Parse(events[^2].Data)!["response"]!["error"]!["code"]!.GetValue<string>());
        Assert.Equal("Slow down.", JsonNode.Parse(events[^1].Data)!["message"]!.GetValue<string>());
    }

    [Fact]
    public void Arguments_of_several_calls_mixed_break_it()
    {
        string calls = string.Concat(((int[])[0, 1, 0]).Select(static at => Chunk($$$"""{"tool_calls":[{"index":{{{at}}},"id":"c{{{at}}}","function":{"name":"f","arguments":"{"}}]}""")));
        var translator = new ChatStreamToResponses(Context);
        Assert.Equal("error", Events(Run(translator, Utf8(calls)))[^1].Type);
        Assert.Equal(StreamState.Broken, translator.State);
    }

    [Fact]
    public void A_cut_anywhere_is_told_and_never_ends_as_a_whole_answer()
    {
        byte[] bytes = Utf8(OpenAi);
        for (int length = 0; length < bytes.Length - 2; length += 3)
        {
            var translator = new ChatStreamToResponses(Telling);
            List<(string Type, string Data)> events = Events(Run(translator, bytes[..length]));
            Assert.Equal(translator.State == StreamState.Complete ? "response.completed" : "error", events[^1].Type);
            if (translator.State == StreamState.Complete)
            {
                Assert.Contains("\"finish_reason\":\"tool_calls\"", Encoding.UTF8.GetString(bytes[..length]), StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Whatever a chat's stream says, in pieces of any kinds: the events keep the protocol's grammar and add up to the last one.</summary>
    [Fact]
    public void Any_stream_keeps_the_grammar_and_adds_up()
    {
        Gen<string> text = Gen.String[Gen.Char["aé杯 \"\\\n"], 1, 6];
        Gen<(string Kind, string Text)> piece = Gen.Select(Gen.Int[0, 5].Select(static at => Kinds[at]), text);
        Gen.Select(piece.Array[0, 12], Gen.Int[0, 2].Select(static at => Finishes[at]), Gen.Bool).Sample(static (pieces, finish, tells) =>
        {
            var chat = new StringBuilder();
            int calls = 0;
            foreach ((string kind, string said) in pieces)
            {
                JsonObject delta = kind switch
                {
                    "call" => Call(calls++, said, named: true),
                    "more" when calls > 0 && chat.ToString().TrimEnd().EndsWith("\"finish_reason\":null}]}", StringComparison.Ordinal) && IsCalling(chat.ToString()) => Call(calls - 1, said, named: false),
                    "nothing" or "more" => [],
                    _ => new JsonObject { [kind] = said },
                };
                chat.Append(Chunk(delta.ToJsonString()));
            }

            chat.Append(Chunk("{}", $"\"{finish}\"")).Append("data: [DONE]\n\n");
            var translator = new ChatStreamToResponses(tells ? Telling : Context);
            ResponseGrammar.Check(Events(Run(translator, Utf8(chat.ToString()))));
            Assert.Equal(StreamState.Complete, translator.State);
        });

        static JsonObject Call(int at, string said, bool named) => new()
        {
            ["tool_calls"] = new JsonArray(named
                ? new JsonObject { ["index"] = at, ["id"] = $"call_{at}", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = said } }
                : new JsonObject { ["index"] = at, ["function"] = new JsonObject { ["arguments"] = said } }),
        };

        static bool IsCalling(string chat) => chat[chat.LastIndexOf("data: ", StringComparison.Ordinal)..].Contains("tool_calls", StringComparison.Ordinal);
    }

    private static string Through(string anthropic, AnswerContext context) =>
        Run(new ChatStreamToResponses(context), Utf8(Run(new MessagesStreamToChat(context), Utf8(anthropic))));
}
