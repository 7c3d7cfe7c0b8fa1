using System.Text;
using CsCheck;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Tests.Gateway.Wire;

public sealed class StreamReadingTests
{
    [Fact]
    public void Events_are_the_same_however_their_bytes_arrive()
    {
        const string Text = ": hello\n\ndata: {\"a\":1}\n\nevent: x\r\ndata:{\"b\":2}\r\ndata: 3\r\n\r\n\ndata: [DONE]\n\n";
        byte[] bytes = Encoding.UTF8.GetBytes(Text);
        string[] data = ["", "{\"a\":1}", "{\"b\":2}\n3", "", "[DONE]"];
        Gen.Int[1, 20].Array[1, 60].Sample(sizes =>
        {
            var framer = new SseFramer();
            List<string> found = [];
            var raw = new StringBuilder();
            int from = 0;
            for (int i = 0; from < bytes.Length; i++)
            {
                int size = Math.Min(sizes[i % sizes.Length], bytes.Length - from);
                framer.Add(bytes.AsSpan(from, size));
                from += size;
                while (framer.TryRead(out var sse))
                {
                    found.Add(Encoding.UTF8.GetString(sse.Data.Span));
                    raw.Append(Encoding.UTF8.GetString(sse.Raw.Span));
                }
            }

            Assert.Equal(data, found);
            Assert.Equal(Text, raw.ToString());
            Assert.False(framer.HasRest);
        });
    }

    [Theory]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""", EventKinds.None)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}],"usage":null}""", EventKinds.Token)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}}]}""", EventKinds.Token)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{},"logprobs":{"content":[{"token":"x"}]},"finish_reason":"stop"}]}""", EventKinds.Token | EventKinds.Finish)]
    [InlineData(WireShape.Chat, """{"choices":[],"usage":{"prompt_tokens":1}}""", EventKinds.UsageOnly)]
    [InlineData(WireShape.Chat, """{"choices":[],"prompt_filter_results":[{"x":{"y":[{"z":1}]}}]}""", EventKinds.None)]
    [InlineData(WireShape.Chat, """{"error":{"message":"no"}}""", EventKinds.Error)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""", EventKinds.Failed | EventKinds.Finish | EventKinds.Token)]
    [InlineData(WireShape.Chat, """{"choices":[{"index":0,"delta":{},"finish_reason":"","error":null}]}""", EventKinds.None)]
    [InlineData(WireShape.Messages, """{"error":{"message":"x"}}""", EventKinds.Error)]
    [InlineData(WireShape.Chat, "[DONE]", EventKinds.End)]
    [InlineData(WireShape.Chat, "", EventKinds.None)]
    [InlineData(WireShape.Chat, """{"choices":[""", EventKinds.Malformed)]
    [InlineData(WireShape.Chat, "text", EventKinds.Malformed)]
    [InlineData(WireShape.Messages, """{"type":"message_start","message":{"id":"m","usage":{"input_tokens":3,"output_tokens":1}}}""", EventKinds.None)]
    [InlineData(WireShape.Messages, """{"type":"ping"}""", EventKinds.None)]
    [InlineData(WireShape.Messages, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}""", EventKinds.Token)]
    [InlineData(WireShape.Messages, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", EventKinds.None)]
    [InlineData(WireShape.Responses, """{"type":"response.output_item.added","item":{"type":"message","content":[]}}""", EventKinds.None)]
    [InlineData(WireShape.Messages, """{"type":"message_stop"}""", EventKinds.Token | EventKinds.End)]
    [InlineData(WireShape.Messages, """{"type":"error","error":{"type":"overloaded_error","message":"x"}}""", EventKinds.Error)]
    [InlineData(WireShape.Responses, """{"type":"response.created","response":{"id":"r","usage":null}}""", EventKinds.None)]
    [InlineData(WireShape.Responses, """{"type":"response.output_text.delta","delta":"x"}""", EventKinds.Token)]
    [InlineData(WireShape.Responses, """{"type":"response.completed","response":{"usage":{"input_tokens":1,"output_tokens":2}}}""", EventKinds.Token | EventKinds.End)]
    [InlineData(WireShape.Responses, """{"response":{"usage":null},"type":"response.failed"}""", EventKinds.Error)]
    public void An_event_is_known_for_what_it_is(WireShape shape, string data, EventKinds kinds) =>
        Assert.Equal(kinds, new StreamReading(shape).Observe(Encoding.UTF8.GetBytes(data)));

    [Theory]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":27,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3}}}""", 12, 8, 0, 0, 4, 3)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":37,"completion_tokens_details":{"reasoning_tokens":10}}}""", 20, 0, 0, 0, 7, 10)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":30}}""", 20, 0, 0, 0, 7, 3)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20,"completion_tokens":7,"prompt_cache_hit_tokens":6,"prompt_cache_miss_tokens":14}}""", 14, 6, 0, 0, 7, 0)]
    [InlineData(WireShape.Messages, """{"usage":{"input_tokens":5,"cache_read_input_tokens":100,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":9}}""", 5, 100, 10, 20, 9, 0)]
    [InlineData(WireShape.Responses, """{"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":2},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":27}}""", 18, 2, 0, 0, 2, 5)]
    [InlineData(WireShape.Embeddings, """{"data":[{"usage":{"prompt_tokens":99}}],"usage":{"prompt_tokens":4,"total_tokens":4}}""", 4, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":-5,"completion_tokens":1.5}}""", 0, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20.0,"completion_tokens":7e0}}""", 20, 0, 0, 0, 7, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":2E1,"completion_tokens":0.7e1}}""", 20, 0, 0, 0, 7, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":200e-1,"completion_tokens":70.00e-1}}""", 20, 0, 0, 0, 7, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":0.0,"completion_tokens":7.000000000000000000000000000000000}}""", 0, 0, 0, 0, 7, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":20.000000000000000000000000000000001,"completion_tokens":1e-400}}""", 0, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":-20.0,"completion_tokens":7.5}}""", 0, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":1e400,"completion_tokens":2147483648.0}}""", 0, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":9e99999999999,"completion_tokens":2147483647.0}}""", 0, 0, 0, 0, 2_147_483_647, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":-0.0,"completion_tokens":0e400}}""", 0, 0, 0, 0, 0, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":10000,"completion_tokens":7,"total_tokens":10007,"prompt_tokens_details":{"cached_tokens":10,"cache_write_tokens":9984}}}""", 6, 10, 9_984, 0, 7, 0)]
    [InlineData(WireShape.Responses, """{"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":11},"output_tokens":7,"total_tokens":27}}""", 7, 2, 11, 0, 7, 0)]
    [InlineData(WireShape.Messages, """{"usage":{"input_tokens":5,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4}}}""", 5, 0, 0, 0, 5, 4)]
    [InlineData(WireShape.Messages, """{"usage":{"input_tokens":23,"output_tokens":10,"iterations":[{"type":"compaction","input_tokens":180,"output_tokens":35,"cache_read_input_tokens":7},{"type":"message","input_tokens":23,"output_tokens":10}]}}""", 203, 7, 0, 0, 45, 0)]
    [InlineData(WireShape.Messages, """{"usage":{"iterations":[{"type":"message","input_tokens":23,"output_tokens":10},{"input_tokens":180,"output_tokens":35,"type":"compaction"}],"input_tokens":23,"output_tokens":10}}""", 203, 0, 0, 0, 45, 0)]
    [InlineData(WireShape.Messages, """{"usage":{"input_tokens":23,"output_tokens":10,"iterations":[{"type":"message","input_tokens":23,"output_tokens":10},{"type":"advisor_message","model":"other","input_tokens":9,"output_tokens":9}]}}""", 23, 0, 0, 0, 10, 0)]
    [InlineData(WireShape.Chat, """{"usage":{"prompt_tokens":33,"completion_tokens":7163,"total_tokens":7196,"citation_tokens":20016,"reasoning_tokens":73997}}""", 33, 0, 0, 0, 7_163, 73_997)]
    public void No_token_is_in_two_classes(WireShape shape, string body, long input, long cached, long written, long hour, long output, long reasoning) =>
        Assert.Equal(
            new TokenCounts(input, cached, written, hour, output, reasoning),
            AnswerReading.Of(shape, Encoding.UTF8.GetBytes(body))!.Usage.Counts(shape));

    [Theory]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":10,"audio_tokens":60},"completion_tokens_details":{"audio_tokens":40,"reasoning_tokens":2}}""", 30, 10, 60, 0, 8, 40, 0)]
    [InlineData("""{"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens_details":{"audio_tokens":15,"text_tokens":5},"cached_tokens":20,"audio_tokens":60}}""", 35, 5, 45, 15, 0, 0, 0)]
    [InlineData("""{"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens":80,"audio_tokens":60}}""", 0, 40, 20, 40, 0, 0, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1300,"completion_tokens_details":{"image_tokens":1290}}""", 10, 0, 0, 0, 10, 0, 1290)]
    [InlineData("""{"prompt_tokens":100,"completion_tokens":9,"prompt_tokens_details":[{"modality":"TEXT","token_count":40},{"modality":"AUDIO","token_count":60}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":4}]}""", 40, 0, 60, 0, 5, 0, 4)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":5,"prompt_tokens_details":{"audio_tokens":900,"image_tokens":3},"completion_tokens_details":{"audio_tokens":900}}""", 0, 0, 5, 0, 0, 5, 0)]
    public void Sound_and_generated_pictures_are_classes_of_their_own(string usage, long input, long cached, long audio, long cachedAudio, long output, long outAudio, long outImage)
    {
        TokenCounts counts = AnswerReading.Of(WireShape.Chat, Encoding.UTF8.GetBytes($"{{\"usage\":{usage}}}"))!.Usage.Counts(WireShape.Chat);
        Assert.Equal(
            (input, cached, audio, cachedAudio, output, outAudio, outImage),
            (counts.Input, counts.CachedInput, counts.InputAudio, counts.CachedInputAudio, counts.Output, counts.OutputAudio, counts.OutputImage));
    }

    [Theory]
    [InlineData(false, "{}", """{"usage":{"input_tokens":1,"server_tool_use":{"web_search_requests":3,"web_fetch_requests":9}}}""", "web-searches=3")]
    [InlineData(false, "{}", """{"usage":{"input_tokens":1,"server_tool_use":{"web_search_requests":0}}}""", null)]
    [InlineData(false, "{}", """{"output":[{"type":"reasoning"},{"type":"web_search_call","action":{"type":"search","query":"x"}},{"type":"web_search_call","action":{"type":"open_page"}},{"type":"function_call"},{"type":"mcp_call"}],"usage":{"input_tokens":1}}""", "web-searches=1")]
    [InlineData(false, """{"tools":[{"type":"web_search","search_context_size":"low"}]}""", """{"output":[{"type":"web_search_call"},{"type":"file_search_call"},{"type":"file_search_call"}]}""", "web-searches#search-low=1,file-searches=2")]
    [InlineData(false, "{}", """{"output":[{"type":"code_interpreter_call","container_id":"a"},{"type":"code_interpreter_call","container_id":"a"},{"type":"code_interpreter_call","container_id":"b"},{"type":"image_generation_call"},{"type":"brand_new_call"}]}""", "code-sessions=2,images=1,provider-tool-calls=1")]
    [InlineData(true, """{"web_search_options":{"search_context_size":"high"}}""", """{"usage":{"prompt_tokens":1}}""", "web-searches#search-high=1")]
    [InlineData(true, "{}", """{"usage":{"prompt_tokens":1,"search_context_size":"low","num_search_queries":4}}""", "web-searches#search-low=1")]
    [InlineData(true, "{}", """{"usage":{"prompt_tokens":1,"citation_tokens":19028,"num_search_queries":18}}""", "web-searches=18,citation-tokens=19028")]
    [InlineData(false, "{}", """{"usage":{"prompt_tokens":1,"num_sources_used":5,"server_side_tool_usage_details":{"web_search_calls":2}}}""", "web-searches=2,search-sources=5")]
    public void What_a_provider_bills_by_the_use_is_counted(bool searchesOnce, string request, string answer, string? uses)
    {
        UsageReport usage = AnswerReading.Of(WireShape.Responses, Encoding.UTF8.GetBytes(answer))!.Usage;
        string? text = ToolReport.Uses(usage.Tools, searchesOnce, Encoding.UTF8.GetBytes(request), isCut: false);
        Assert.Equal(uses, text);
        Assert.Equal(uses, ToolUse.Text(ToolUse.Parse(text)));
    }

    [Theory]
    [InlineData(WireShape.Responses, """{"type":"response.output_item.done","item":{"type":"web_search_call","action":{"type":"search"}}}""", "web-searches=2")]
    [InlineData(WireShape.Responses, """{"item":{"type":"web_search_call"},"type":"response.output_item.done"}""", "web-searches=2")]
    [InlineData(WireShape.Responses, """{"type":"response.output_item.added","item":{"type":"web_search_call"}}""", null)]
    [InlineData(WireShape.Messages, """{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","name":"web_search","input":{}}}""", "web-searches=2")]
    [InlineData(WireShape.Messages, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"web_search","input":{}}}""", null)]
    [InlineData(WireShape.Messages, """{"type":"message_delta","usage":{"output_tokens":1,"server_tool_use":{"web_search_requests":4}}}""", "web-searches=4")]
    public void A_stream_that_is_cut_has_made_the_searches_that_it_told_of(WireShape shape, string data, string? uses)
    {
        var reading = new StreamReading(shape);
        reading.Observe(Encoding.UTF8.GetBytes(data));
        reading.Observe(Encoding.UTF8.GetBytes(data));
        Assert.Equal(uses, ToolReport.Uses(reading.Usage.Tools, searchesOnce: false, "{}"u8.ToArray(), isCut: true));
    }

    [Theory]
    [InlineData(WireShape.Chat, """{"service_tier":"priority","choices":[],"usage":{"prompt_tokens":1}}""", "priority")]
    [InlineData(WireShape.Chat, """{"service_tier":"default"}""", "")]
    [InlineData(WireShape.Chat, """{"service_tier":"on_demand"}""", "")]
    [InlineData(WireShape.Chat, """{"service_tier":null}""", "")]
    [InlineData(WireShape.Chat, """{"service_tier":"What # is this?"}""", "unknown")]
    [InlineData(WireShape.Responses, """{"type":"response.completed","response":{"service_tier":"flex","usage":{"input_tokens":1}}}""", "flex")]
    [InlineData(WireShape.Messages, """{"type":"message_start","message":{"usage":{"input_tokens":3,"service_tier":"priority"}}}""", "priority")]
    [InlineData(WireShape.Messages, """{"type":"message_start","message":{"usage":{"input_tokens":3,"service_tier":"standard"}}}""", "")]
    public void A_stream_tells_the_service_that_was_used(WireShape shape, string data, string service)
    {
        var reading = new StreamReading(shape);
        Assert.Equal(EventKinds.None, reading.Observe(Encoding.UTF8.GetBytes(data)) & EventKinds.Malformed);
        Assert.Equal(service, reading.Usage.Service);
    }

    [Fact]
    public void The_text_of_a_stream_is_kept_to_be_counted()
    {
        var reading = new StreamReading(WireShape.Chat);
        reading.Observe("""{"choices":[{"delta":{"role":"assistant","content":"A r\u00e9d"}}]}"""u8);
        reading.Observe("""{"choices":[{"delta":{"content":" mug"}},{"delta":{"content":"!"}}]}"""u8);

        Assert.Equal("A réd mug!", Encoding.UTF8.GetString(reading.Text));
        Assert.Equal(2, TokenEstimate.OfText("Hello there"u8));
        Assert.Equal(3 + 4 + 0, TokenEstimate.OfPrompt("""{"messages":[{"role":"user","content":"Hello there"},{"x":"not counted"}],"url":"data:image/png;base64,AAAA"}"""u8));
    }
}
