using System.Text;
using CsCheck;
using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Simulation.Answers;

namespace Farthing.Tests.Gateway.Bedrock;

public sealed class ConverseStreamTests
{
    private static readonly (string Type, string Json)[] Whole =
    [
        ("messageStart", """{"role":"assistant"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":0}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"A «red» mug."}}"""),
        ("contentBlockStop", """{"contentBlockIndex":1}"""),
        ("contentBlockStart", """{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"weather"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"city\":"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"\"Bern\"}"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":2}"""),
        ("messageStop", """{"stopReason":"tool_use"}"""),
        ("metadata", """{"usage":{"inputTokens":9,"cacheReadInputTokens":4,"cacheWriteInputTokens":2,"outputTokens":7,"totalTokens":22},"metrics":{"latencyMs":3}}"""),
    ];

    private static readonly string[] Expected =
    [
        """{"type":"message_start","message":{"id":"msg_bdrk_r1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A «red» mug."}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"weather","input":{}}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"Bern\"}"}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":9,"cache_read_input_tokens":4,"cache_creation_input_tokens":2,"output_tokens":7}}""",
        """{"type":"message_stop"}""",
    ];

    [Fact]
    public Task Frames_become_events_however_they_are_cut() => Gen.Int[1, 200].Array[1, 30].SampleAsync(
        async sizes => Assert.Equal(Expected, await Read(Frames(Whole), sizes)), iter: 60);

    [Fact]
    public async Task A_stream_without_its_usage_ends_all_the_same()
    {
        string[] events = await Read(Frames(Whole[..^1]), [64]);

        Assert.Equal("""{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":0}}""", events[^2]);
        Assert.Equal("""{"type":"message_stop"}""", events[^1]);

        // What the client must be told is no count to the books.
        var reading = new StreamReading(WireShape.Messages);
        Array.ForEach(events, found => reading.Observe(Encoding.UTF8.GetBytes(found)));
        Assert.Equal((true, false), (reading.IsWhole, reading.Usage.HasInput));
        Array.ForEach(await Read(Frames(Whole), [64]), found => reading.Observe(Encoding.UTF8.GetBytes(found)));
        Assert.True(reading.Usage.HasInput);
    }

    [Fact]
    public async Task A_stream_that_ends_early_has_no_end()
    {
        string[] events = await Read(Frames(Whole[..5]), [64]);

        Assert.DoesNotContain(events, static found => found.Contains("message_stop", StringComparison.Ordinal) || found.Contains("message_delta", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_frame_with_a_wrong_checksum_is_an_error()
    {
        byte[] frames = Frames(Whole[..5]);
        frames[^20] ^= 1;

        await Assert.ThrowsAsync<InvalidDataException>(() => Read(frames, [64]));
    }

    [Fact]
    public async Task An_answer_that_the_model_garbled_is_an_error_event()
    {
        string[] events = await Read(Frames([.. Whole[..5], ("messageStop", """{"stopReason":"malformed_model_output"}"""), Whole[^1]]), [64]);

        Assert.Equal("""{"type":"error","error":{"type":"api_error","message":"The model's answer is malformed."}}""", events[^1]);
    }

    private static byte[] Frames((string Type, string Json)[] events) => [.. events.SelectMany(static found => EventFrame.Write(found.Type, Encoding.UTF8.GetBytes(found.Json)))];

    private static async Task<string[]> Read(byte[] frames, int[] sizes)
    {
        using var response = new HttpResponseMessage { Content = new StreamContent(new Cut(frames, sizes)) };
        await using var stream = new ConverseStream(response, new ConverseEvents("m", "r1"));
        var framer = new SseFramer();
        List<string> found = [];
        byte[] buffer = new byte[50];
        while (await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var count)
        {
            framer.Add(buffer.AsSpan(0, count));
            while (framer.TryRead(out SseEvent sse))
            {
                found.Add(Encoding.UTF8.GetString(sse.Data.Span));
            }
        }

        Assert.False(framer.HasRest);
        return [.. found];
    }

    /// <summary>Gives its bytes in pieces of these sizes.</summary>
    private sealed class Cut(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, sizes[_reads++ % sizes.Length])], cancellationToken);
    }
}
