using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Tests.Gateway.Caching;

public sealed class RequestIdentityTests
{
    private const string Plain = """{"model":"m","temperature":0.2,"messages":[{"role":"system","content":"Be short."},{"role":"user","content":"Describe a mug."}]}""";

    [Theory]
    [InlineData("""{ "messages" : [ {"content":"Be short.", "role":"system"}, {"role":"user","content":"Describe a mug."} ],  "temperature":0.2, "model":"m" }""")]
    [InlineData("""{"model":"m","temperature":0.2,"messages":[{"role":"system","content":"Be\u0020short."},{"role":"user","content":"Describe a \u006dug."}],"stream":false,"stream_options":null}""")]
    [InlineData("""{"model":"m","user":"u1","metadata":{"trace":"7"},"temperature":0.2,"messages":[{"role":"system","content":"Be short."},{"role":"user","content":"Describe a mug."}],"fallbacks":["a/b"]}""")]
    public void The_same_request_has_one_key_however_it_is_written(string body) => Assert.Equal(Of(Plain), Of(body));

    [Theory]
    [InlineData("0.2", "0.3")]
    [InlineData("0.2", "0.20")]
    [InlineData("\"temperature\":0.2", "\"temperature\":0.2,\"seed\":1")]
    [InlineData("Be short.", "Be long.")]
    [InlineData("\"system\"", "\"developer\"")]
    [InlineData("\"temperature\":0.2", "\"temperature\":0.2,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]")]
    [InlineData("\"temperature\":0.2", "\"temperature\":0.2,\"stream\":true")]
    [InlineData("\"temperature\":0.2", "\"temperature\":0.2,\"temperature\":0.2")]
    public void Whatever_else_differs_is_another_request_in_another_scope(string from, string to)
    {
        RequestIdentity one = Of(Plain)!, other = Of(Plain.Replace(from, to, StringComparison.Ordinal))!;

        Assert.NotEqual(one.Exact, other.Exact);
        Assert.NotEqual(one.Scope, other.Scope);
        Assert.Equal("Describe a mug.", other.Text);
    }

    [Fact]
    public void Requests_that_differ_in_their_last_text_have_one_scope()
    {
        RequestIdentity one = Of(Plain)!, other = Of(Plain.Replace("a mug", "a red mug", StringComparison.Ordinal))!;

        Assert.Equal(one.Scope, other.Scope);
        Assert.NotEqual(one.Exact, other.Exact);
        Assert.Equal(("Describe a mug.", "Describe a red mug."), (one.Text, other.Text));
    }

    [Fact]
    public void Tenants_names_shapes_targets_servers_headers_and_embedders_are_apart()
    {
        RequestIdentity[] all =
        [
            Of(Plain)!,
            Of(Plain, client: "team-a")!,
            Of(Plain, name: "shop")!,
            Of(Plain, shape: WireShape.Messages)!,
            Of(Plain, target: "x/other")!,
            Of(Plain, place: "https://elsewhere/v1")!,
            Of(Plain, headers: [("anthropic-beta", "b")])!,
        ];

        Assert.Equal(all.Length, all.Select(static each => each.Exact).Distinct().Count());
        Assert.Equal(all.Length, all.Select(static each => each.Scope).Distinct().Count());
        Assert.NotEqual(Of(Plain, embedder: "a")!.Scope, Of(Plain, embedder: "b")!.Scope);
    }

    [Theory]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}""", "Hi")]
    [InlineData(WireShape.Messages, """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", "Hi")]
    [InlineData(WireShape.Responses, """{"model":"m","input":"Hi"}""", "Hi")]
    [InlineData(WireShape.Responses, """{"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}]}""", "Hi")]
    [InlineData(WireShape.Responses, """{"model":"m","input":[{"type":"function_call_output","role":"user","content":"Hi"}]}""", null)]
    [InlineData(WireShape.Embeddings, """{"model":"m","input":"Hi"}""", null)]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[]}""", null)]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[{"role":"user","content":"  "}]}""", null)]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"{"}]}""", null)]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"x"}}]}]}""", null)]
    [InlineData(WireShape.Chat, """{"model":"m","messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"Hi"}]}""", null)]
    public void Only_a_plain_text_at_the_very_end_is_looked_up_by_its_meaning(WireShape shape, string body, string? text) =>
        Assert.Equal(text, Of(body, shape: shape)!.Text);

    [Theory]
    [InlineData("\"store\":true")]
    [InlineData("\"background\":true")]
    [InlineData("\"conversation\":\"c1\"")]
    [InlineData("\"web_search_options\":{}")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]")]
    [InlineData("\"metadata\":{\"a\":1},\"x\":\"\\ud800\"")]
    public void What_does_more_than_ask_is_never_kept(string field) => Assert.Null(Of("{\"model\":\"m\",\"input\":\"Hi\"," + field + "}", shape: WireShape.Responses));

    [Fact]
    public void Shuffled_fields_and_blanks_never_change_a_key()
    {
        Gen<JsonNode?> leaf = Gen.OneOf(
            Gen.String.Where(static text => text.EnumerateRunes().All(static rune => rune.Value != 0xFFFD)).Select(static text => (JsonNode?)JsonValue.Create(text)),
            Gen.Int.Select(static number => (JsonNode?)JsonValue.Create(number)),
            Gen.Bool.Select(static flag => (JsonNode?)JsonValue.Create(flag)));
        Gen.Select(Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 6], leaf)[0, 8], Gen.Int).Sample(
            (fields, seed) =>
            {
                string Body(IEnumerable<KeyValuePair<string, JsonNode?>> order, bool indented) => new JsonObject(
                    [new("model", "m"), new("messages", new JsonArray(new JsonObject(order.Select(static field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())))))])
                    .ToJsonString(new JsonSerializerOptions { WriteIndented = indented });
                var random = new Random(seed);
                Assert.Equal(Of(Body(fields, false)), Of(Body(fields.OrderBy(_ => random.Next()), true)));
            },
            iter: 300);
    }

    internal static RequestIdentity? Of(
        string body, string client = "", string name = "", WireShape shape = WireShape.Chat, string target = "x/m", string place = "", string embedder = "e",
        IReadOnlyList<(string, string)>? headers = null)
    {
        Assert.True(ModelTarget.TryParse(target, out ModelTarget? parsed));
        var call = new GatewayCall("r", shape, RequestOutline.Read(Encoding.UTF8.GetBytes(body)), [parsed]) { Client = client, Headers = headers ?? [] };
        return RequestIdentity.Of(call, name, _ => place, embedder);
    }
}
