using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class StreamTranslationTests
{
    private static readonly AnswerContext Context = new() { IsStream = true, IncludeUsage = true, Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    /// <summary>Made after the examples of Anthropic's page on streaming.</summary>
    internal const string Anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A \"red\" "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"杯."}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_1","name":"stock","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"sku\":"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"A1\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"today","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    internal const string OpenAi = """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"reasoning_content":"Hm."},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"A \"red\" "},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"杯."},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"stock","arguments":""}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"sku\":\"A1\"}"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"today","arguments":"{}"}}]},"finish_reason":null}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":15,"total_tokens":45,"prompt_tokens_details":{"cached_tokens":5}}}

        data: [DONE]


        """;

    internal static string Run(StreamTranslator translator, params byte[][] parts)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (byte[] part in parts)
        {
            translator.Write(part, output);
        }

        translator.End(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    internal static List<(string Type, string Data)> Events(string stream)
    {
        // .NET calls an event without a type "message".
        return [.. SseParser.Create(new MemoryStream(Utf8(stream)), static (_, data) => Encoding.UTF8.GetString(data)).Enumerate()
            .Select(static item => (item.EventType == "message" ? "" : item.EventType, item.Data))];
    }

    private static string Chunk(string delta, string finish = "null") =>
        $$$"""{"id":"chatcmpl-msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude-haiku-4-5","choices":[{"index":0,"delta":{{{delta}}},"logprobs":null,"finish_reason":{{{finish}}}}],"usage":null}""";

    [Fact]
    public void Anthropics_stream_becomes_openais()
    {
        var translator = new MessagesStreamToChat(Context);
        List<(string Type, string Data)> events = Events(Run(translator, Utf8(Anthropic)));
        string[] expected =
        [
            Chunk("""{"role":"assistant","content":"","refusal":null}"""),
            Chunk("""{"reasoning_content":"Hm."}"""),
            Chunk("""{"thinking_blocks":[{"type":"thinking","thinking":"Hm.","signature":"sig"}]}"""),
            Chunk("""{"content":"A \"red\" "}"""),
            Chunk("""{"content":"杯."}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"stock","arguments":""}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"sku\":"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"\"A1\"}"}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"today","arguments":""}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"""),
            Chunk("{}", "\"tool_calls\""),
            """{"id":"chatcmpl-msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude-haiku-4-5","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":15,"total_tokens":45,"prompt_tokens_details":{"cached_tokens":5,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}""",
        ];
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.Equal(expected.Length + 1, events.Count);
        for (int at = 0; at < expected.Length; at++)
        {
            Equal(expected[at], Utf8(events[at].Data));
        }

        Assert.Equal(StreamState.Complete, translator.State);
        Assert.Equal(new TokenUsage(25, 5, 0, 15, 0), translator.Usage);
    }

    [Fact]
    public void Openais_stream_becomes_anthropics()
    {
        var translator = new ChatStreamToMessages();
        List<(string Type, string Data)> events = Events(Run(translator, Utf8(OpenAi)));
        string[] expected =
        [
            """{"type":"message_start","message":{"id":"msg_chatcmpl-1","type":"message","role":"assistant","model":"gpt-4o-mini","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":"farthing-thinking-1."}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A \"red\" "}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"杯."}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"stock","input":{}}}""",
            """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"sku\":\"A1\"}"}}""",
            """{"type":"content_block_stop","index":2}""",
            """{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"call_2","name":"today","input":{}}}""",
            """{"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{}"}}""",
            """{"type":"content_block_stop","index":3}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":25,"cache_creation_input_tokens":0,"cache_read_input_tokens":5,"output_tokens":15}}""",
            """{"type":"message_stop"}""",
        ];
        Assert.Equal(expected.Length, events.Count);
        for (int at = 0; at < expected.Length; at++)
        {
            Equal(expected[at], Utf8(events[at].Data));
            Assert.Equal(JsonNode.Parse(events[at].Data)!["type"]!.GetValue<string>(), events[at].Type);
        }

        Assert.Equal(StreamState.Complete, translator.State);
        Assert.Equal(new TokenUsage(25, 5, 0, 15, 0), translator.Usage);
    }

    [Fact]
    public void Any_cut_of_the_bytes_gives_the_same_stream()
    {
        foreach ((string stream, Func<StreamTranslator> make) in (IEnumerable<(string, Func<StreamTranslator>)>)
            [(Anthropic, static () => new MessagesStreamToChat(Context)), (OpenAi, static () => new ChatStreamToMessages()),
             (Anthropic.ReplaceLineEndings("\r\n"), static () => new MessagesStreamToChat(Context))])
        {
            byte[] bytes = Utf8(stream);
            string whole = Run(make(), bytes);
            Gen.Int[0, bytes.Length].Array[1, 20].Sample(cuts =>
            {
                int[] at = [0, .. cuts.Order(), bytes.Length];
                return Run(make(), [.. at.Zip(at.Skip(1), (from, to) => bytes[from..to])]) == whole;
            });
            Assert.Equal(whole, Run(make(), [.. bytes.Select(static one => new[] { one })]));
        }
    }

    [Fact]
    public void A_cut_anywhere_is_told_and_never_ends_as_a_whole_answer()
    {
        byte[] anthropic = Utf8(Anthropic);
        byte[] openAi = Utf8(OpenAi);
        for (int length = 0; length < anthropic.Length - 2; length++)
        {
            var translator = new MessagesStreamToChat(Context);
            string said = Run(translator, anthropic[..length]);
            bool isWhole = Encoding.UTF8.GetString(anthropic[..length]).EndsWith("""{"type":"message_stop"}""", StringComparison.Ordinal);
            Assert.Equal(isWhole ? StreamState.Complete : StreamState.Broken, translator.State);
            Assert.Equal(isWhole, said.Contains("[DONE]", StringComparison.Ordinal));
            Assert.Equal(!isWhole, said.Contains("\"error\"", StringComparison.Ordinal));
        }

        for (int length = 0; length < openAi.Length - 2; length += 3)
        {
            var translator = new ChatStreamToMessages();
            string said = Run(translator, openAi[..length]);
            bool isWhole = translator.State == StreamState.Complete;
            Assert.Equal(isWhole, said.Contains("message_stop", StringComparison.Ordinal));
            Assert.Equal(!isWhole, said.Contains("event: error", StringComparison.Ordinal));
            if (isWhole)
            {
                Assert.Contains("\"finish_reason\":\"tool_calls\"", Encoding.UTF8.GetString(openAi[..length]), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("data: {half\n\n")]
    [InlineData("data: [1]\n\n")]
    [InlineData("data: {\"type\":\"message_stop\"}\n\n")]
    public void Malformed_events_break_the_stream(string bytes)
    {
        var translator = new MessagesStreamToChat(Context);
        List<(string Type, string Data)> events = Events(Run(translator, Utf8(bytes)));
        Assert.Equal(StreamState.Broken, translator.State);
        Assert.NotNull(JsonNode.Parse(Assert.Single(events).Data)!["error"]!["message"]);
        Assert.False(translator.HasContent);
    }

    [Fact]
    public void An_error_in_the_stream_keeps_its_type()
    {
        var translator = new MessagesStreamToChat(Context);
        string said = Run(translator, Utf8("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"));
        Equal("""{"error":{"message":"Overloaded","type":"server_error","param":null,"code":"overloaded"}}""", Utf8(Assert.Single(Events(said)).Data));
        Assert.Equal(new StreamFault("overloaded_error", "Overloaded"), translator.Fault);

        var other = new ChatStreamToMessages();
        said = Run(other, Utf8("data: {\"error\":{\"message\":\"Busy\",\"type\":\"server_error\"}}\n\n"));
        Equal("""{"type":"error","error":{"type":"api_error","message":"Busy"}}""", Utf8(Assert.Single(Events(said)).Data));

        said = Run(new ChatStreamToMessages(), Utf8("data: {\"error\":{\"message\":\"Slow\",\"code\":429}}\n\n"));
        Equal("""{"type":"error","error":{"type":"rate_limit_error","message":"Slow"}}""", Utf8(Assert.Single(Events(said)).Data));
    }

    [Fact]
    public void The_gateway_can_end_a_stream_itself()
    {
        var translator = new ChatStreamToMessages();
        var output = new ArrayBufferWriter<byte>();
        translator.Write(Utf8(OpenAi[..700]), output);
        Assert.True(translator.HasContent);
        translator.Fail(null, "Nothing came for 30 seconds.", output);
        translator.End(output);
        (string type, string data) = Events(Encoding.UTF8.GetString(output.WrittenSpan))[^1];
        Assert.Equal("error", type);
        Assert.Contains("Nothing came for 30 seconds.", data, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forced_tool_streams_as_text()
    {
        var translator = new MessagesStreamToChat(Context with { JsonTool = "stock", IncludeUsage = false });
        List<JsonNode> chunks = [.. Events(Run(translator, Utf8(Anthropic))).SkipLast(1).Select(static found => JsonNode.Parse(found.Data)!)];
        Assert.Equal("A \"red\" 杯.{\"sku\":\"A1\"}", string.Concat(chunks.Select(static chunk => chunk["choices"]![0]!["delta"]!["content"]?.GetValue<string>())));
        Assert.DoesNotContain(chunks, static chunk => chunk["choices"]!.AsArray().Count == 0);
        Assert.Equal("tool_calls", chunks[^1]["choices"]![0]!["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public void Mixed_arguments_break_the_stream()
    {
        static string Call(int index, string more) =>
            $$$"""data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":{{{index}}},{{{more}}}}]},"finish_reason":null}]}""" + "\n\n";
        var translator = new ChatStreamToMessages();
        string said = Run(translator, Utf8(
            Call(0, """ "id":"a","function":{"name":"x","arguments":"{"} """)
            + Call(1, """ "id":"b","function":{"name":"y","arguments":"{"} """)
            + Call(0, """ "function":{"arguments":"}"} """)));
        Assert.Equal(StreamState.Broken, translator.State);
        Assert.DoesNotContain("message_stop", said, StringComparison.Ordinal);
    }

    [Fact]
    public void There_and_back_again_is_the_same_answer()
    {
        var there = new MessagesStreamToChat(Context);
        string openAi = Run(there, Utf8(Anthropic));
        var back = new ChatStreamToMessages();
        List<(string Type, string Data)> events = Events(Run(back, Utf8(openAi)));
        Assert.Equal(there.Usage, back.Usage);
        Assert.Equal("A \"red\" 杯.", Sum(events, "text"));
        Assert.Equal("Hm.", Sum(events, "thinking"));
        Assert.Equal("{\"sku\":\"A1\"}{}", Sum(events, "partial_json"));
        Assert.Equal(["thinking", "text", "tool_use", "tool_use"], events.Where(static found => found.Type == "content_block_start")
            .Select(static found => JsonNode.Parse(found.Data)!["content_block"]!["type"]!.GetValue<string>()));
    }

    private static string Sum(List<(string Type, string Data)> events, string field) => string.Concat(events
        .Where(static found => found.Type == "content_block_delta")
        .Select(found => JsonNode.Parse(found.Data)!["delta"]![field]?.GetValue<string>()));
}
