using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Farthing.Gateway.Wire;

namespace Farthing.Tests.Gateway.Wire;

public sealed class RequestOutlineTests
{
    [Theory]
    [InlineData("""{"model":"a","x":1}""", """{"model":"m","x":1}""")]
    [InlineData("""{ "x" : [ {"model":"deep","fallbacks":[]} ] , "model" : "a" }""", """{ "x" : [ {"model":"deep","fallbacks":[]} ] , "model" : "m" }""")]
    [InlineData("""{"fallbacks":["b/c"],"model":"a"}""", """{"model":"m"}""")]
    [InlineData("""{"model":"a","fallbacks":["b/c"]}""", """{"model":"m"}""")]
    [InlineData("""{"model":"a", "fallbacks" : [] , "n":1.50}""", """{"model":"m" , "n":1.50}""")]
    [InlineData("""{"model":"\u0061\/b","big":12345678901234567890,"text":"ünïcode \ud83d\ude00"}""", """{"model":"m","big":12345678901234567890,"text":"ünïcode \ud83d\ude00"}""")]
    public void Only_the_named_places_change(string body, string expected) => Assert.Equal(expected, For(body, "m", false));

    [Theory]
    [InlineData("""{"model":"a","stream":true}""", """{"model":"m","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream_options":null}""", """{"model":"m","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream_options":{}}""", """{"model":"m","stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{"include_usage":false,"k":1},"model":"a"}""", """{"stream_options":{"include_usage":true,"k":1},"model":"m"}""")]
    [InlineData("""{"stream_options":{"k":1},"model":"a"}""", """{"stream_options":{"include_usage":true,"k":1},"model":"m"}""")]
    [InlineData("""{"stream_options":{"include_usage":true},"model":"a"}""", """{"stream_options":{"include_usage":true},"model":"m"}""")]
    public void Usage_is_asked_for(string body, string expected) => Assert.Equal(expected, For(body, "m", true));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"model":1}""")]
    [InlineData("""{"model":""}""")]
    [InlineData("""{"model":"a","model":"b"}""")]
    [InlineData("""{"model":"a","m\u006fdel":"b"}""")]
    [InlineData("""{"model":"a","stream":"yes"}""")]
    [InlineData("""{"model":"a","fallbacks":"b"}""")]
    [InlineData("""{"model":"a","fallbacks":[1]}""")]
    [InlineData("""{"model":"a"} {}""")]
    [InlineData("""{"model":"a",}""")]
    [InlineData("""{"model":"\ud800"}""")]
    public void What_can_not_be_sent_on_is_refused(string body) => Assert.Throws<RequestFormException>(() => Read(body));

    [Theory]
    [InlineData(62, true)]
    [InlineData(63, false)]
    [InlineData(5_000, false)]
    public void What_is_nested_too_deeply_is_told_the_limit(int lists, bool isTaken)
    {
        string body = "{\"model\":\"a\",\"x\":{\"y\":" + new string('[', lists) + new string(']', lists) + "}}";
        Exception? refusal = Record.Exception(() => Read(body));
        Assert.Equal(isTaken ? null : "The body is nested too deeply: objects and lists may stand 64 deep in each other.", refusal?.Message);
    }

    [Fact]
    public void What_is_no_json_before_it_is_too_deep_is_no_json() =>
        Assert.StartsWith("The body is no JSON:", Assert.Throws<RequestFormException>(() => Read("{\"model\":tru," + new string('[', 99))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_mark_of_the_bytes_order_is_left_out()
    {
        byte[] marked = [0xef, 0xbb, 0xbf, .. """{"model":"a","stream":true}"""u8];
        var outline = RequestOutline.Read(marked);
        Assert.Equal("""{"model":"a","stream":true}""", Encoding.UTF8.GetString(outline.Body.Span));
        Assert.Equal("""{"model":"m","stream":true}""", Encoding.UTF8.GetString(outline.For("m", askForUsage: false).Span));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Throws<RequestFormException>(() => RequestOutline.Read(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }));

    [Fact]
    public void Whatever_the_order_of_fields_the_rest_stays()
    {
        string[] fields = ["\"model\":\"a\"", "\"fallbacks\":[\"x/y\"]", "\"stream\":true", "\"stream_options\":{\"a\":1}", "\"messages\":[{\"content\":\"{}\"}]", "\"t\": 0.10"];
        Gen.Shuffle(fields).Select(Gen.Int[2, fields.Length], static (order, count) => order.Take(count).ToArray()).Where(static order => order.Contains("\"model\":\"a\"")).Sample(order =>
        {
            var sent = JsonNode.Parse(For("{" + string.Join(" , ", order) + "}", "m\"\\n", true))!.AsObject();

            var expected = JsonNode.Parse("{" + string.Join(",", order.Where(static field => !field.StartsWith("\"fallbacks", StringComparison.Ordinal))) + "}")!.AsObject();
            expected["model"] = "m\"\\n";
            expected["stream_options"] ??= new JsonObject();
            expected["stream_options"]!["include_usage"] = true;
            Assert.True(JsonNode.DeepEquals(expected, sent));
        });
    }

    private static RequestOutline Read(string body) => RequestOutline.Read(Encoding.UTF8.GetBytes(body));

    private static string For(string body, string model, bool usage) => Encoding.UTF8.GetString(Read(body).For(model, usage).Span);
}
