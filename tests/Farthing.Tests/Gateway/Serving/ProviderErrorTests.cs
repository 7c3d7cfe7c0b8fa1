using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>What a client sees of a provider's error.</summary>
public sealed class ProviderErrorTests
{
    private const string ClientKey = "fk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Theory]
    [InlineData("/v1/chat/completions", "openai/gpt-4o-mini", PrimaryKey)]
    [InlineData("/v1/responses", "openai/gpt-4o-mini", PrimaryKey)]
    [InlineData("/v1/messages", "anthropic/claude-haiku-4-5", AnthropicKey)]
    [InlineData("/v1/messages", "openai/gpt-4o-mini", PrimaryKey)]
    [InlineData("/v1/chat/completions", "anthropic/claude-haiku-4-5", AnthropicKey)]
    public async Task A_key_that_a_provider_repeats_does_not_reach_the_client(string path, string model, string key)
    {
        await using var rig = await GatewayRig.StartAsync();
        string escaped = key.Replace("-", "\\u002d", StringComparison.Ordinal);
        rig.First.Usual = Json(400, $$$"""{"error":{"type":"invalid_request_error","message":"Incorrect API key provided: {{{key}}}, or {{{escaped}}}, of {{{ClientKey}}}.", "{{{key}}}":1}}""");

        using var response = await rig.PostAsync(path, Chat(model, ",\"max_tokens\":9,\"input\":\"x\""));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string body = await BodyAsync(response);
        Assert.DoesNotContain(key, body, StringComparison.Ordinal);
        Assert.DoesNotContain(ClientKey, body, StringComparison.Ordinal);
        Assert.Equal("Incorrect API key provided: ***, or ***, of ***.", Message(body));
    }

    [Fact]
    public async Task What_is_no_key_passes_as_it_came_and_so_does_whatever_an_answer_says()
    {
        const string Error = """{ "error" : {"message":"No such t\u00e9xt: \ud800 sk-test-primary", "code":null} }""";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Json(422, Error)).Then(Json(200, ChatAnswer.Replace("A mug.", PrimaryKey, StringComparison.Ordinal)));

        using var refused = await rig.PostAsync("/v1/chat/completions", Chat());
        using var answered = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(Error, await BodyAsync(refused));
        Assert.Contains(PrimaryKey, await BodyAsync(answered), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_word_in_the_place_of_a_key_is_hidden_where_it_stands_alone()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("{value: env.PRIMARY, weight: 0.7}", "{value: x, name: none}", StringComparison.Ordinal));
        rig.First.Usual = Json(400, """{"error":{"message":"The key x must not exceed the text."}}""");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal("The key *** must not exceed the text.", Message(await BodyAsync(response)));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "other/gpt-4.1-nano", 502)]
    [InlineData("/v1/embeddings", "other/text-embedding-3-small", 502)]
    [InlineData("/v1/chat/completions", "other/gpt-4.1-nano", 404)]
    [InlineData("/v1/messages", "other/gpt-4.1-nano", 502)]
    public async Task A_page_becomes_an_error_of_the_clients_shape(string path, string model, int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Second.Usual = Page(status, $"<html><head><title>Bad Gateway</title><style>p > a {{ color: red }}</style></head>\r\n<body><h1>It&#39;s\tdown</h1>{OtherKey} {new string('y', 400)}</body></html>");

        using var response = await rig.PostAsync(path, Chat(model, ",\"max_tokens\":9"));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        string body = await BodyAsync(response);
        string message = Message(body);
        Assert.StartsWith($"The provider answered {status} with what is no JSON: Bad Gateway It's down *** yyy", message, StringComparison.Ordinal);
        Assert.EndsWith("yyy…", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 200, 260);
        Assert.Equal(path == "/v1/messages", body.StartsWith("{\"type\":\"error\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_before_anthropic_becomes_an_error_of_its_shape()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Page(503, "upstream connect error");

        using var response = await rig.PostAsync("/v1/messages", Chat("anthropic/claude-haiku-4-5", ",\"max_tokens\":9"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            """{"type":"error","error":{"type":"overloaded_error","message":"The provider answered 503 with what is no JSON: upstream connect error"}}""", await BodyAsync(response));
    }

    [Fact]
    public async Task An_error_without_a_body_says_so()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Second.Usual = Page(404, "");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat("other/gpt-4.1-nano"));

        Assert.Equal("The provider answered 404 without a message that can be read.", Message(await BodyAsync(response)));
    }

    private static Func<HttpContext, Task> Page(int status, string text) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync(text);
    };

    private static Task<string> BodyAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static string Message(string body)
    {
        using var read = JsonDocument.Parse(body);
        return read.RootElement.GetProperty("error").GetProperty("message").GetString()!;
    }
}
