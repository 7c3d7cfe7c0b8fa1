using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Streams;
using static Farthing.Tests.Gateway.Translation.JsonSame;
using static Farthing.Tests.Gateway.Translation.StreamTranslationTests;

namespace Farthing.Tests.Gateway.Translation;

/// <summary>What servers of OpenAI's shape write in their own way: Mistral's lists of parts, and calls that share a number.</summary>
public sealed class ChatContentTests
{
    private const string Parts =
        """[{"type":"thinking","thinking":[{"type":"text","text":"Hm"},{"type":"reference","reference_ids":[1]},{"type":"text","text":"."}]},{"type":"text","text":"The "},{"type":"text","text":"answer"}]""";

    private const string Answer = $$"""{"id":"c","model":"m","choices":[{"message":{"role":"assistant","content":{{Parts}}},"finish_reason":"stop"}]}""";

    private const string Calls = """
        data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}},{"index":0,"id":"a","function":{"name":"f","arguments":"1}"}},{"index":0,"id":"b","function":{"name":"g","arguments":""}}]}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"y\":2}"}}]}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: [DONE]


        """;

    private static readonly AnswerContext Telling = new() { Response = new ResponseEcho(default, WantsSummary: true, WantsSealed: false) };

    private static string Chunk(string content) => $$$$"""data: {"id":"c","choices":[{"index":0,"delta":{"content":{{{{content}}}}}}]}""" + "\n\n";

    private static string Stream => Chunk("""[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]""") + Chunk("""[{"type":"thinking","thinking":"."}]""")
        + Chunk("""[{"type":"text","text":"The "}]""") + Chunk("\"answer\"") + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":[]},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    [Fact]
    public void A_list_of_parts_is_a_thought_and_a_text()
    {
        Equal(
            """[{"type":"thinking","thinking":"Hm.","signature":"farthing-thinking-1."},{"type":"text","text":"The answer"}]""",
            Utf8(JsonNode.Parse(CompletionToMessage.Translate(Utf8(Answer)).Body)!["content"]!.ToJsonString()));
        JsonArray output = JsonNode.Parse(CompletionToResponse.Translate(Utf8(Answer), Telling).Body)!["output"]!.AsArray();
        Assert.Equal(("Hm.", "The answer"), (output[0]!["summary"]![0]!["text"]!.GetValue<string>(), output[1]!["content"]![0]!["text"]!.GetValue<string>()));
    }

    [Fact]
    public void And_so_it_is_in_a_stream()
    {
        JsonNode[] deltas = [.. Events(Run(new ChatStreamToMessages(), Utf8(Stream))).Where(static found => found.Type == "content_block_delta").Select(static found => JsonNode.Parse(found.Data)!["delta"]!)];
        Assert.Equal(("Hm.", "The answer"), (Sum(deltas, "thinking"), Sum(deltas, "text")));
        JsonArray output = Whole(new ChatStreamToResponses(Telling), Stream)["output"]!.AsArray();
        Assert.Equal(("Hm.", "The answer"), (output[0]!["summary"]![0]!["text"]!.GetValue<string>(), output[1]!["content"]![0]!["text"]!.GetValue<string>()));
    }

    [Fact]
    public void Calls_that_share_a_number_are_told_apart_by_their_ids()
    {
        List<(string Type, string Data)> events = Events(Run(new ChatStreamToMessages(), Utf8(Calls)));
        JsonNode[] begun = [.. events.Where(static found => found.Type == "content_block_start").Select(static found => JsonNode.Parse(found.Data)!["content_block"]!)];
        Assert.Equal([("a", "f"), ("b", "g")], begun.Select(static block => (block["id"]!.GetValue<string>(), block["name"]!.GetValue<string>())));
        Assert.Equal(
            [(0, "{\"x\":1}"), (1, "{\"y\":2}")],
            events.Where(static found => found.Type == "content_block_delta").Select(static found => JsonNode.Parse(found.Data)!)
                .GroupBy(static delta => delta["index"]!.GetValue<int>())
                .Select(static block => (block.Key, Sum(block.Select(static delta => delta["delta"]!), "partial_json"))));
        Assert.Equal("message_stop", events[^1].Type);

        JsonArray output = Whole(new ChatStreamToResponses(Telling), Calls)["output"]!.AsArray();
        Assert.Equal([("a", "{\"x\":1}"), ("b", "{\"y\":2}")], output.Select(static call => (call!["call_id"]!.GetValue<string>(), call["arguments"]!.GetValue<string>())));
    }

    [Fact]
    public void One_that_goes_on_after_another_began_is_mixed()
    {
        string back = Calls.Replace("\"index\":0,\"function\":{\"arguments\"", "\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\"", StringComparison.Ordinal);
        foreach (StreamTranslator translator in (StreamTranslator[])[new ChatStreamToMessages(), new ChatStreamToResponses(Telling)])
        {
            Run(translator, Utf8(back));
            Assert.Equal(StreamState.Broken, translator.State);
        }
    }

    private static string Sum(IEnumerable<JsonNode> deltas, string field) => string.Concat(deltas.Select(delta => delta[field]?.GetValue<string>()));

    private static JsonNode Whole(StreamTranslator translator, string stream) => JsonNode.Parse(Events(Run(translator, Utf8(stream)))[^1].Data)!["response"]!;
}
