using System.Net;
using System.Text;
using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class FallbackTests
{
    private const string Chunk = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n";
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";

    public static TheoryData<string, string, string> Faults => new()
    {
        { "408", "server_error", "" },
        { "409", "server_error", "" },
        { "429", "rate_limited", "" },
        { "500", "server_error", "" },
        { "503", "server_error", "" },
        { "529", "server_error", "" },
        { "401", "key_refused", "" },
        { "402", "key_refused", "" },
        { "403", "key_refused", "" },
        { "302", "broken", "" },
        { "abort", "unreachable", "" },
        { "no json", "broken", "" },
        { "half a body", "unreachable", "" },
        { "role only", "broken", ",\"stream\":true" },
        { "cut", "", ",\"stream\":true" },
        { "error event", "server_error", ",\"stream\":true" },
        { "malformed", "broken", ",\"stream\":true" },
        { "nothing", "broken", ",\"stream\":true" },
        { "done only", "broken", ",\"stream\":true" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_is_not_the_clients_fault_goes_to_the_next_target(string what, string fault, string more)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Answer(what);
        rig.Second.Usual = more.Length > 0 ? Events(cut: false, Chunk, "data: [DONE]\n\n") : Json(200, ChatAnswer);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: more));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("other", Header(response, "x-farthing-provider"));
        Assert.Equal("gpt-4.1-nano", Header(response, "x-farthing-model"));
        Assert.Equal(more.Length > 0 ? Chunk + "data: [DONE]\n\n" : ChatAnswer, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        // Both keys are tried where it is the key's fault, one where it is the provider's.
        int keys = fault is "rate_limited" or "key_refused" ? 2 : 1;
        Assert.Equal(keys, rig.First.Requests.Count);
        Assert.Equal((keys + 1).ToString(null as IFormatProvider), Header(response, "x-farthing-attempts"));
        var books = await rig.BooksAsync();
        Assert.Equal([.. Enumerable.Repeat("failed", keys), "answered"], books.Select(static row => row.Outcome));

        // A cut may be seen before the headers or after them.
        Assert.All(books.Take(keys), row => Assert.True(row.Fault == fault || (fault.Length == 0 && row.Fault is "broken" or "unreachable"), row.Fault));
        Assert.Equal(Enumerable.Range(1, keys + 1).Select(static number => (long)number), books.Select(static row => row.Attempt));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task The_clients_own_fault_is_passed_on_as_it_is(int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(status, """{"error":{"message":"no such thing","type":"invalid_request_error"}}""", ("x-request-id", "up-1"));

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("""{"error":{"message":"no such thing","type":"invalid_request_error"}}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("up-1", Header(response, "x-request-id"));
        Assert.Single(rig.First.Requests);
        Assert.Empty(rig.Second.Requests);
        Assert.Equal("rejected", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Theory]
    [InlineData("""{"error":{"message":"Project `proj_1` does not have access to model `gpt-4o-mini`","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData("""{"type":"error","error":{"type":"permission_error","message":"You don't have access to the model with the specified model ID."}}""")]
    [InlineData("""{"type":"error","error":{"type":"permission_error","message":"User: arn:aws:iam::1:user/u is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/m"}}""")]
    public async Task A_403_about_a_model_leaves_the_keys_well_for_others(string body)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Json(403, body), times: 2);

        using var fallen = await rig.PostAsync("/v1/chat/completions", Chat());
        using var other = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4.1-nano"));
        rig.First.Then(Json(403, body), times: 2);
        using var alone = await rig.PostAsync("/v1/chat/completions", Chat("openai/gpt-4o"));

        Assert.Equal(("other", "3"), (Header(fallen, "x-farthing-provider"), Header(fallen, "x-farthing-attempts")));
        Assert.Equal((HttpStatusCode.OK, "openai"), (other.StatusCode, Header(other, "x-farthing-provider")));
        Assert.Equal(HttpStatusCode.NotFound, alone.StatusCode);
        string said = await alone.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("model_not_available", said, StringComparison.Ordinal);
        Assert.DoesNotContain("proj_1", said, StringComparison.Ordinal);
        Assert.Equal(4, (await rig.BooksAsync()).Count(static row => row.Fault == "model_refused"));
    }

    [Fact]
    public async Task A_refused_model_is_not_asked_for_again_until_a_call_tries_and_the_client_hears_the_same()
    {
        const string Refused = """{"error":{"message":"Project `proj_1` does not have access to model `gpt-4o-mini`","code":"model_not_found"}}""";
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        await using var rig = await GatewayRig.StartAsync(time: time);
        rig.First.Usual = Json(403, Refused);

        Assert.Equal((200, "other", "3", 2), await CallAsync(Chat()));
        Assert.Equal((200, "other", "1", 2), await CallAsync(Chat()));
        Assert.Equal((404, null, "0", 2), await CallAsync(Chat(more: ",\"fallbacks\":[]")));
        rig.Second.Usual = Json(500, "{}");
        Assert.Equal((404, "other", "1", 2), await CallAsync(Chat("other/x", ",\"fallbacks\":[\"openai/gpt-4o-mini\"]")));

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal((404, "openai", "3", 4), await CallAsync(Chat("other/x", ",\"fallbacks\":[\"openai/gpt-4o-mini\"]")));
        Assert.Equal((404, null, "0", 4), await CallAsync(Chat(more: ",\"fallbacks\":[]")));

        time.Advance(TimeSpan.FromSeconds(120));
        rig.First.Usual = Json(200, ChatAnswer);
        Assert.Equal((200, "openai", "1", 5), await CallAsync(Chat()));
        Assert.Equal((200, "openai", "1", 6), await CallAsync(Chat()));

        async Task<(int Status, string? Provider, string? Attempts, int Asked)> CallAsync(string body)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", body);
            string said = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(response.StatusCode == HttpStatusCode.NotFound, said.Contains("model_not_available", StringComparison.Ordinal));
            return ((int)response.StatusCode, Header(response, "x-farthing-provider"), Header(response, "x-farthing-attempts"), rig.First.Requests.Count);
        }
    }

    [Theory]
    [InlineData("gpt-image-1", 4)]
    [InlineData("gpt-4o", 4)]
    [InlineData("gpt-4o-mini-transcribe", 4)]
    [InlineData("gpt-4o-mini", 2)]
    [InlineData("gpt-4o-mini-2024-07-18", 2)]
    public async Task A_refusal_of_another_model_is_held_against_no_key(string named, int asked)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(403, $$$"""{"error":{"message":"Your organization must be verified to use the model `{{{named}}}`.","code":"model_not_found"}}""");

        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();
        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();

        Assert.Equal(asked, rig.First.Requests.Count);
    }

    [Fact]
    public async Task A_try_that_tells_nothing_leaves_the_next_call_to_try()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        await using var rig = await GatewayRig.StartAsync(time: time);
        rig.First.Then(Json(403, """{"error":{"message":"","code":"model_not_found"}}"""), times: 2);
        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();
        time.Advance(TimeSpan.FromSeconds(60));
        rig.First.Then(Json(400, "{}")).Then(Json(503, "{}"));

        List<string?> served = [];
        for (int i = 0; i < 3; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat());
            served.Add($"{(int)response.StatusCode} {Header(response, "x-farthing-provider")} {Header(response, "x-farthing-key-id")}");
        }

        Assert.Equal(["400 openai PRIMARY", "200 other OTHER", "200 openai PRIMARY"], served);
    }

    [Fact]
    public async Task A_403_about_a_prompt_is_the_clients_own()
    {
        const string Flagged = """{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"…","provider_name":"OpenAI"}}}""";
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Json(403, Flagged));

        using var flagged = await rig.PostAsync("/v1/chat/completions", Chat());
        using var next = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal((HttpStatusCode.Forbidden, Flagged), (flagged.StatusCode, await flagged.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("openai", Header(next, "x-farthing-provider"));
        Assert.Empty(rig.Second.Requests);
    }

    [Fact]
    public async Task A_header_that_cannot_be_sent_on_is_refused_before_any_provider_is_asked()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(rig.Client.BaseAddress!.Host, rig.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        string body = Chat();
        await socket.GetStream().WriteAsync(
            Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nanthropic-beta: é\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());

        string told = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400", told, StringComparison.Ordinal);
        Assert.Contains("bad_header", told, StringComparison.Ordinal);
        Assert.Empty(rig.First.Requests);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_no_obstacle()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.First.DisposeAsync();

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal("other", Header(response, "x-farthing-provider"));
        var row = (await rig.BooksAsync())[0];
        Assert.Equal(("unreachable", 0L, 0L), (row.Fault, row.Input, row.Estimated));
    }

    [Fact]
    public async Task A_slow_provider_is_given_up_at_the_attempts_deadline()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("attempt_seconds: 20", "attempt_seconds: 0.2", StringComparison.Ordinal));
        var left = new TaskCompletionSource();
        rig.First.Usual = Hang(left);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal("other", Header(response, "x-farthing-provider"));
        await left.Task;


        // It had the prompt, so it may bill it: 'Describe a red mug.' and its line are 5 tokens and a message's frame 4.
        var row = (await rig.BooksAsync())[0];
        Assert.Equal(("failed", "timed_out", 0L, 9L, 0L, 1L), (row.Outcome, row.Fault, row.Status, row.Input, row.Output, row.Estimated));
    }

    [Fact]
    public async Task A_prompt_that_a_provider_took_before_it_hung_up_or_the_client_left_is_counted()
    {
        await using var rig = await GatewayRig.StartAsync();
        var left = new TaskCompletionSource();
        using var leave = new CancellationTokenSource();
        rig.First.Then(Abort);
        rig.Second.Then(Hang(left));

        Task<HttpResponseMessage> under = rig.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(Chat()), leave.Token);
        while (rig.Second.Requests.IsEmpty)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => under);
        await left.Task;
        while (!rig.Log.Contains("answered by other/gpt-4.1-nano", StringComparison.Ordinal))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            [("unreachable", 9L, 1L), ("cancelled", 9L, 1L)],
            (await rig.BooksAsync()).OrderBy(static row => row.Attempt).Select(static row => (row.Fault, row.Input, row.Estimated)));
    }

    [Fact]
    public async Task A_retry_stays_with_the_target()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("retries: 0", "retries: 2", StringComparison.Ordinal));
        rig.First.Then(Json(500, "{}"), 2);

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal("openai", Header(response, "x-farthing-provider"));
        Assert.Equal("3", Header(response, "x-farthing-attempts"));
        Assert.Equal(["failed", "failed", "answered"], (await rig.BooksAsync()).Select(static row => row.Outcome));
    }

    [Fact]
    public async Task A_refused_key_is_left_out_of_later_calls_until_a_probe_succeeds()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Then(Json(401, "{}"));
        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();
        (await rig.PostAsync("/v1/chat/completions", Chat())).Dispose();

        Assert.Equal([PrimaryKey, BackupKey, BackupKey], rig.First.Requests.Select(static request => request.Key));
        Assert.Equal((1, 2), rig.Gateway.Links["openai"].Keys.Count());
    }

    [Fact]
    public async Task The_last_target_may_be_the_first_again()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace(
            "- [openai/gpt-4o-mini, other/gpt-4.1-nano]",
            "- {primary: openai/gpt-4o-mini, secondary: other/gpt-4.1-nano, tertiary: openai/gpt-4o-mini}",
            StringComparison.Ordinal));
        rig.First.Then(Json(500, "{}"));
        rig.Second.Usual = Json(503, "{}");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("openai", Header(response, "x-farthing-provider"));
        Assert.Equal("3", Header(response, "x-farthing-attempts"));
    }

    [Fact]
    public async Task The_bodys_own_fallbacks_stand_in_for_the_chain_and_are_not_sent()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(500, "{}");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"fallbacks\":[\"other/some-model\"],\"n\":1"));

        Assert.Equal("some-model", Header(response, "x-farthing-model"));
        Assert.Equal(Chat("gpt-4o-mini", ",\"n\":1"), rig.First.Requests.Single().Body);
        Assert.Equal(Chat("some-model", ",\"n\":1"), rig.Second.Requests.Single().Body);
    }

    [Fact]
    public async Task When_all_fail_the_last_providers_error_is_passed_on_and_a_refused_key_is_not_the_clients()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.First.Usual = Json(500, "{\"error\":{\"message\":\"first\"}}");
        rig.Second.Then(Json(429, "{\"error\":{\"message\":\"slow down\"}}", ("retry-after", "7")));

        using var limited = await rig.PostAsync("/v1/chat/completions", Chat());
        Assert.Equal(429, (int)limited.StatusCode);
        Assert.Equal("7", Header(limited, "retry-after"));
        Assert.Contains("slow down", await limited.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        rig.First.Usual = Json(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + PrimaryKey + "\"}}");
        using var refused = await rig.PostAsync("/v1/chat/completions", Chat("openai/other-model"));
        string body = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Equal("provider_refused_key", JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("code").GetString());

        // Both keys are out now, so nothing is sent at all.
        using var none = await rig.PostAsync("/v1/chat/completions", Chat("openai/other-model"));
        Assert.Equal(503, (int)none.StatusCode);
        Assert.Equal("0", Header(none, "x-farthing-attempts"));
        Assert.NotNull(Header(none, "retry-after"));
    }

    [Fact]
    public async Task An_open_breaker_sends_calls_on_without_an_attempt()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml.Replace("breaker_minimum: 1000", "breaker_minimum: 2, breaker_break_seconds: 600", StringComparison.Ordinal));
        rig.First.Usual = Json(500, "{}");
        for (int i = 0; i < 5; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat());
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(2, rig.First.Requests.Count);
        Assert.Contains("openai failed too often", rig.Log, StringComparison.Ordinal);
        Assert.Equal(2 + 5, (await rig.BooksAsync()).Count);
    }

    [Fact]
    public async Task A_providers_header_that_no_response_may_have_is_left_out()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var gateway = new LlmGateway(rig.Gateway.Configuration, rig.Means with
        {
            Connect = static (_, _) => new HttpMessageInvoker(new Answering(("x-request-id", "größe"), ("x-ratelimit-limit", "9"), ("openai-model", "a\u0001"))),
        });
        var call = new GatewayCall("r", WireShape.Chat, RequestOutline.Read(Encoding.UTF8.GetBytes(Chat())), [new ModelTarget("openai", "gpt-4o-mini")]);

        var result = await gateway.Calls.RunAsync(call, TestContext.Current.CancellationToken);

        Assert.Equal([("x-ratelimit-limit", "9")], result.Served!.Headers);
    }

    private sealed class Answering(params (string Name, string Value)[] headers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(ChatAnswer) };
            foreach (var (name, value) in headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }

            return Task.FromResult(response);
        }
    }

    internal static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static Func<HttpContext, Task> Answer(string what) => what switch
    {
        "abort" => Abort,
        "no json" => Json(200, "<html>busy</html>"),
        "half a body" => static async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"id\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
        ,
        "role only" => Events(cut: false, Role),
        "cut" => Events(cut: true, Role),
        "error event" => Events(cut: false, Role, "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"),
        "malformed" => Events(cut: false, "data: {\"choices\":[{\n\n"),
        "nothing" => Events(cut: false),
        "done only" => Events(cut: false, Role, "data: [DONE]\n\n"),
        _ => Json(int.Parse(what, null), "{\"error\":{\"message\":\"no\"}}"),
    };
}
