using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;
using static Farthing.Tests.Gateway.Translation.StreamTranslationTests;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ResponsesStreamToChatTests
{
    private static readonly AnswerContext Context = new() { IsStream = true, IncludeUsage = true, Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };

    private const string Usage = """{"input_tokens":30,"input_tokens_details":{"cached_tokens":5},"output_tokens":15,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":45}""";

    private static readonly string Said = string.Concat(
        Event("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5-pro\",\"status\":\"in_progress\",\"output\":[]}"),
        Event("response.in_progress", "\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5-pro\"}"),
        Event("response.output_item.added", "\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}"),
        Event("response.reasoning_summary_part.added", "\"output_index\":0,\"summary_index\":0"),
        Event("response.reasoning_summary_text.delta", "\"output_index\":0,\"summary_index\":0,\"delta\":\"Hm.\""),
        Event("response.reasoning_summary_part.added", "\"output_index\":0,\"summary_index\":1"),
        Event("response.reasoning_summary_text.delta", "\"output_index\":0,\"summary_index\":1,\"delta\":\"So.\""),
        Event("response.output_item.done", "\"output_index\":0,\"item\":{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"sealed\"}"),
        Event("response.output_item.added", "\"output_index\":1,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]}"),
        Event("response.content_part.added", "\"output_index\":1,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\"}"),
        Event("response.output_text.delta", "\"output_index\":1,\"delta\":\"A \\\"red\\\" \",\"logprobs\":[{\"token\":\"A\",\"logprob\":-0.1}]"),
        Event("response.output_text.delta", "\"output_index\":1,\"delta\":\"杯.\",\"logprobs\":[]"),
        Event("response.output_text.done", "\"output_index\":1,\"text\":\"A \\\"red\\\" 杯.\""),
        Event("response.output_item.done", "\"output_index\":1,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[{\"type\":\"output_text\",\"text\":\"A \\\"red\\\" 杯.\"}]}"));

    private static readonly string Whole = Said + string.Concat(
        Event("response.web_search_call.searching", "\"output_index\":2"),
        Event("response.output_item.added", "\"output_index\":3,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"stock\",\"arguments\":\"\"}"),
        Event("response.output_item.added", "\"output_index\":4,\"item\":{\"type\":\"function_call\",\"id\":\"fc_2\",\"call_id\":\"call_2\",\"name\":\"today\",\"arguments\":\"\"}"),
        Event("response.function_call_arguments.delta", "\"output_index\":3,\"delta\":\"{\\\"sku\\\":\""),
        Event("response.function_call_arguments.delta", "\"output_index\":3,\"delta\":\"\\\"A1\\\"}\""),
        Event("response.output_item.done", "\"output_index\":4,\"item\":{\"type\":\"function_call\",\"id\":\"fc_2\",\"call_id\":\"call_2\",\"name\":\"today\",\"arguments\":\"\"}"),
        Event("response.output_item.done", "\"output_index\":3,\"item\":{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\"call_1\",\"name\":\"stock\",\"arguments\":\"{\\\"sku\\\":\\\"A1\\\"}\"}"),
        Completed);

    private static string Event(string type, string fields) => $$"""
        event: {{type}}
        data: {"type":"{{type}}",{{fields}}}


        """;

    private static string Completed => Event("response.completed", "\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[],\"usage\":" + Usage + "}");

    private static string Created => Event("response.created", "\"response\":{\"id\":\"resp_1\",\"model\":\"m\"}");

    private static List<JsonNode> Chunks(string text) => [.. Events(text).Where(static found => found.Data != "[DONE]").Select(static found => JsonNode.Parse(found.Data)!)];

    private static string Sum(IEnumerable<JsonNode> chunks, string field) =>
        string.Concat(chunks.Select(chunk => chunk["choices"]?.AsArray().FirstOrDefault()?["delta"]?[field]?.GetValue<string>()));

    [Fact]
    public void Text_thinking_and_calls_that_mix_are_chunks()
    {
        var translator = new ResponsesStreamToChat(Context);
        string said = Run(translator, Utf8(Whole));
        List<JsonNode> chunks = Chunks(said);

        Assert.EndsWith("data: [DONE]\n\n", said, StringComparison.Ordinal);
        Assert.Equal((StreamState.Complete, new TokenUsage(25, 5, 0, 11, 4)), (translator.State, translator.Usage));
        Assert.Equal(("Hm.\n\nSo.", "A \"red\" 杯."), (Sum(chunks, "reasoning_content"), Sum(chunks, "content")));
        Assert.All(chunks, static chunk => Assert.Equal(("chatcmpl-resp_1", "gpt-5-pro", "chat.completion.chunk"), (chunk["id"]!.GetValue<string>(), chunk["model"]!.GetValue<string>(), chunk["object"]!.GetValue<string>())));
        List<JsonNode> calls = [.. chunks.SelectMany(static chunk => chunk["choices"]!.AsArray()).SelectMany(static choice => choice!["delta"]!["tool_calls"]?.AsArray() ?? []).Select(static call => call!)];
        Assert.Equal(["call_1", "call_2"], calls.Select(static call => call["id"]?.GetValue<string>()).OfType<string>());
        Assert.Equal(("{\"sku\":\"A1\"}", "{}"), (Arguments(0), Arguments(1)));
        Assert.Equal("tool_calls", chunks[^2]["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal(45, chunks[^1]["usage"]!["total_tokens"]!.GetValue<int>());
        JsonNode probable = Assert.Single(chunks, static chunk => chunk["choices"]!.AsArray().Any(static choice => choice!["logprobs"] is not null));
        Equal("""{"content":[{"token":"A","logprob":-0.1}],"refusal":null}""", Utf8(probable["choices"]![0]!["logprobs"]!.ToJsonString()));
        Assert.Single(chunks, static chunk => chunk.ToJsonString().Contains("redacted_thinking", StringComparison.Ordinal));

        string Arguments(int index) => string.Concat(calls.Where(call => call["index"]!.GetValue<int>() == index).Select(static call => call["function"]!["arguments"]!.GetValue<string>()));
    }

    [Fact]
    public void A_client_that_did_not_ask_for_usage_gets_none()
    {
        string said = Run(new ResponsesStreamToChat(Context with { IncludeUsage = false }), Utf8(Whole));

        Assert.DoesNotContain("usage", said, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_anthropic_client_gets_a_message_with_its_calls_one_after_the_other()
    {
        // Its blocks can't mix, so these don't.
        string calm = Whole.Replace(Event("response.output_item.added", "\"output_index\":4,\"item\":{\"type\":\"function_call\",\"id\":\"fc_2\",\"call_id\":\"call_2\",\"name\":\"today\",\"arguments\":\"\"}"), "", StringComparison.Ordinal)
            .Replace(Event("response.output_item.done", "\"output_index\":4,\"item\":{\"type\":\"function_call\",\"id\":\"fc_2\",\"call_id\":\"call_2\",\"name\":\"today\",\"arguments\":\"\"}"), "", StringComparison.Ordinal);
        var back = new ChatStreamToMessages();
        List<(string Type, string Data)> events = Events(Run(back, Utf8(Run(new ResponsesStreamToChat(Context), Utf8(calm)))));

        Assert.Equal(
            ["thinking", "redacted_thinking", "text", "tool_use"],
            events.Where(static found => found.Type == "content_block_start").Select(static found => JsonNode.Parse(found.Data)!["content_block"]!["type"]!.GetValue<string>()));
        Assert.Equal((StreamState.Complete, "message_stop"), (back.State, events[^1].Type));
    }

    [Fact]
    public void The_pieces_of_the_stream_make_no_difference()
    {
        byte[] bytes = Utf8(Whole);
        string whole = Run(new ResponsesStreamToChat(Context), bytes);
        Gen.Int[0, bytes.Length].Array[0, 9].Sample(cuts =>
        {
            int[] at = [0, .. cuts.Order(), bytes.Length];
            return Run(new ResponsesStreamToChat(Context), [.. at.Zip(at.Skip(1), (from, to) => bytes[from..to])]) == whole;
        }, iter: 200);
    }

    [Fact]
    public void A_cut_anywhere_is_told_and_never_ends_as_a_whole_answer()
    {
        byte[] bytes = Utf8(Whole);
        for (int length = 0; length < bytes.Length - 2; length += 3)
        {
            var translator = new ResponsesStreamToChat(Context);
            string said = Run(translator, bytes[..length]);
            Assert.Equal(translator.State == StreamState.Complete, said.Contains("[DONE]", StringComparison.Ordinal));
            Assert.Equal(translator.State == StreamState.Broken, said.Contains("\"error\"", StringComparison.Ordinal));
            Assert.True(translator.State == StreamState.Broken || length > bytes.Length - 4);
        }
    }

    [Theory]
    [InlineData("max_output_tokens", "length")]
    [InlineData("content_filter", "content_filter")]
    public void An_answer_that_is_not_complete_says_why(string why, string reason)
    {
        var translator = new ResponsesStreamToChat(Context);
        string said = Run(translator, Utf8(Created
            + Event("response.output_text.delta", "\"output_index\":0,\"delta\":\"x\"")
            + Event("response.incomplete", "\"response\":{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"" + why + "\"},\"usage\":" + Usage + "}")));

        Assert.Equal(StreamState.Complete, translator.State);
        Assert.Contains($"\"finish_reason\":\"{reason}\"", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("response.failed", "\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Busy\"}}", "rate_limit_error", "rate_limit_exceeded", "Busy")]
    [InlineData("error", "\"code\":\"server_error\",\"message\":\"Oh\",\"param\":null", "server_error", "server_error", "Oh")]
    [InlineData("error", "\"error\":{\"type\":\"invalid_request_error\",\"code\":\"invalid_prompt\",\"message\":\"Bad\"}", "invalid_request_error", "invalid_prompt", "Bad")]
    [InlineData("response.failed", "\"response\":{}", "server_error", "server_error", "The provider broke off its answer without saying why.")]
    public void A_response_that_failed_is_an_error(string type, string fields, string kind, string code, string message)
    {
        var translator = new ResponsesStreamToChat(Context);
        string said = Run(translator, Utf8(Created + Event("response.output_text.delta", "\"output_index\":0,\"delta\":\"x\"") + Event(type, fields)));

        Equal($$$"""{"error":{"message":"{{{message}}}","type":"{{{kind}}}","param":null,"code":"{{{code}}}"}}""", Utf8(Events(said)[^1].Data));
        Assert.Equal((StreamState.Broken, new StreamFault(code, message)), (translator.State, translator.Fault));
    }

    [Theory]
    [InlineData("data: {half\n\n")]
    [InlineData("data: [1]\n\n")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n")]
    public void What_is_no_response_breaks_the_stream(string bytes)
    {
        var translator = new ResponsesStreamToChat(Context);
        List<(string Type, string Data)> events = Events(Run(translator, Utf8(bytes)));

        Assert.Equal((StreamState.Broken, false), (translator.State, translator.HasContent));
        Assert.NotNull(JsonNode.Parse(Assert.Single(events).Data)!["error"]!["message"]);
    }

    [Fact]
    public void Arguments_without_their_call_break_the_stream()
    {
        var translator = new ResponsesStreamToChat(Context);
        string said = Run(translator, Utf8(Created + Event("response.function_call_arguments.delta", "\"output_index\":0,\"delta\":\"{\"") + Event("response.completed", "\"response\":{\"status\":\"completed\"}")));

        Assert.Equal(StreamState.Broken, translator.State);
        Assert.DoesNotContain("[DONE]", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_leaves_the_pieces_out_is_told_whole(bool hasItems)
    {
        const string Message = """{"type":"message","id":"msg_1","content":[{"type":"output_text","text":"A mug."}]}""";
        const string Call = """{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}"}""";
        string items = hasItems ? Event("response.output_item.done", "\"item\":" + Message) + Event("response.output_item.done", "\"item\":" + Call) : "";
        var translator = new ResponsesStreamToChat(Context);
        string said = Run(translator, Utf8(Created + "data: {\"type\":\"keepalive\"}\n\n" + items + Event("response.completed", $"\"response\":{{\"status\":\"completed\",\"output\":[{Message},{Call}],\"usage\":{Usage}}}")));

        List<JsonNode> chunks = Chunks(said);
        Assert.Equal("A mug.", Sum(chunks, "content"));
        Assert.Single(chunks, static chunk => chunk.ToJsonString().Contains("call_1", StringComparison.Ordinal));
        Assert.Equal((StreamState.Complete, true), (translator.State, translator.HasContent));
    }

    [Fact]
    public void The_gateway_can_end_it_itself()
    {
        var translator = new ResponsesStreamToChat(Context);
        var output = new ArrayBufferWriter<byte>();
        translator.Write(Utf8(Created), output);
        translator.Fail("stream_interrupted", "Nothing came for 30 seconds.", output);
        translator.End(output);

        Equal("""{"error":{"message":"Nothing came for 30 seconds.","type":"server_error","param":null,"code":"stream_interrupted"}}""", Utf8(Events(Encoding.UTF8.GetString(output.WrittenSpan))[^1].Data));
    }

    [Fact]
    public void There_and_back_again_is_the_same_answer()
    {
        var back = new ResponsesStreamToChat(Context);
        string chat = Run(new ResponsesStreamToChat(Context), Utf8(Said + Completed));
        string responses = Run(new ChatStreamToResponses(Context with { Response = new ResponseEcho(default, WantsSummary: true, WantsSealed: false) }), Utf8(chat));
        List<JsonNode> chunks = Chunks(Run(back, Utf8(responses)));

        Assert.Equal(("Hm.\n\nSo.", "A \"red\" 杯.", "stop"), (Sum(chunks, "reasoning_content"), Sum(chunks, "content"), chunks[^2]["choices"]![0]!["finish_reason"]!.GetValue<string>()));
        Assert.Equal(new TokenUsage(25, 5, 0, 11, 4), back.Usage);
    }
}
