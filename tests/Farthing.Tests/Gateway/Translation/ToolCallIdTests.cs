using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;
using Farthing.Tests.Gateway.Serving;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Translation.JsonSame;

namespace Farthing.Tests.Gateway.Translation;

public sealed class ToolCallIdTests
{
    [Theory]
    [InlineData("call_1")]
    [InlineData("toolu_01-Ab_9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void An_id_that_is_taken_stays(string id) => Assert.Same(id, ToolCallId.Of(id));

    [Fact]
    public void Every_other_is_sent_as_one_that_is_taken_and_no_two_as_the_same() => Gen.String[0, 80].Array[2].Sample(static ids =>
    {
        string[] sent = [.. ids.Select(ToolCallId.Of)];
        Assert.All(sent, static id => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", id));
        Assert.Equal(sent, ids.Select(ToolCallId.Of));
        Assert.Equal(Encoding.UTF8.GetBytes(ids[0]).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(ids[1])), sent[0] == sent[1]);
    }, iter: 2_000);

    [Fact]
    public void A_chats_call_and_its_result_stay_a_pair_at_anthropic()
    {
        JsonNode said = JsonNode.Parse(ChatToMessages.Translate(Utf8("""
            {"model":"m","messages":[{"role":"user","content":"Hi"},
              {"role":"assistant","tool_calls":[{"id":"functions.f:0","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"call:1.2/x","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"functions.f:0","content":"1"},{"role":"tool","tool_call_id":"call:1.2/x","content":"2"}],
             "tools":[{"type":"function","function":{"name":"f"}}]}
            """), new TranslationOptions { Model = "claude-haiku-4-5" }).Body)!;

        string[] calls = [.. said["messages"]![1]!["content"]!.AsArray().Select(static block => (string)block!["id"]!)];
        Assert.Equal(calls, said["messages"]![2]!["content"]!.AsArray().Select(static block => (string)block!["tool_use_id"]!));
        Assert.Equal([ToolCallId.Of("functions.f:0"), ToolCallId.Of("call:1.2/x")], calls);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"\"tool_use"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"id":"a.b","x":{"id":"a.b"}}}]}],"tools":[{"input_schema":{"properties":{"id":{"tool_use_id":"a:b"}}}}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"\ud800"}]}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":7},{"id":{"id":"a.b"}},{"id":null}]}]}""")]
    [InlineData("""{"messages":[{"content":[{"type":"tool_use","id":"a.b"}""")]
    public void A_request_without_such_ids_stays_as_it_is(string body)
    {
        ReadOnlyMemory<byte> sent = Utf8(body);
        Assert.Equal(sent, ToolCallId.In(sent));
    }

    [Fact]
    public async Task An_anthropic_clients_turns_at_another_provider_go_on_at_anthropic()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(200, """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""");
        const string Body =
            """{"model":"anthropic/claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"é"},{"role":"assistant","content":[{"type":"tool_use","id":"functions.f:0","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"functions.f\u003a0","content":"é"}]}]}""";

        using var response = await rig.PostAsync("/v1/messages", Body);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            Body.Replace("anthropic/", "", StringComparison.Ordinal).Replace("functions.f:0", ToolCallId.Of("functions.f:0"), StringComparison.Ordinal).Replace(@"functions.f\u003a0", ToolCallId.Of("functions.f:0"), StringComparison.Ordinal),
            Assert.Single(rig.First.Requests).Body);
    }
}
