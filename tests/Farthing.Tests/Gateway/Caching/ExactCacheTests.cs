using System.Net;
using System.Text.Json;
using Farthing.Gateway.Keys;
using Farthing.Tests.Gateway.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Caching;

public sealed class ExactCacheTests
{
    internal const string Cached = Yaml + "\nsemantic_cache: {enabled: true, semantic: false}";
    private const string Stream = ",\"stream\":true";
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Length = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n";
    private const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    [Fact]
    public async Task The_same_request_is_bought_once_and_the_hit_is_a_memo_of_what_it_avoided()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);

        using var first = await rig.PostAsync("/v1/chat/completions", Chat());
        using var again = await rig.PostAsync("/v1/chat/completions", "  " + Chat());

        Assert.Equal(("miss", "1", "0.000006600000"), (Header(first, "x-farthing-cache"), Header(first, "x-farthing-attempts"), Header(first, "x-farthing-cost-usd")));
        Assert.Equal(("exact", "0", "0", "openai"), (Header(again, "x-farthing-cache"), Header(again, "x-farthing-attempts"), Header(again, "x-farthing-cost-usd"), Header(again, "x-farthing-provider")));
        Assert.Equal(ChatAnswer, await TextAsync(again));
        Assert.Single(rig.First.Requests);
        Assert.Equal("r1", Assert.Single(await rig.BooksAsync()).Request);
        Assert.Equal(6_600_000, rig.Amount());

        // 12 × $0.15, 8 × $0.075 and (4 + 3) × $0.60 a million, none of which moved.
        var memos = rig.Memos();
        Assert.Equal([("r2", 12L), ("r2", 8L), ("r2", 4L), ("r2", 3L)], memos.Select(static memo => (memo.Request, memo.Quantity)));
        Assert.Equal(6_600_000, memos.Sum(static memo => memo.Amount));
        Assert.All(memos, static memo => Assert.StartsWith("exact hit: ", memo.Evidence, StringComparison.Ordinal));
        Assert.All(memos, static memo => Assert.EndsWith(" tokens of r1/1", memo.Evidence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_template_answers_in_an_outage_does_not_outlive_it()
    {
        await using var rig = await GatewayRig.StartAsync(Cached.Replace("providers:", "providers:\n  farthing:", StringComparison.Ordinal));
        const string chain = ",\"fallbacks\":[\"farthing/template\"]";
        Func<HttpContext, Task> well = rig.First.Usual;
        rig.First.Usual = Json(500, "{}");

        using var during = await rig.PostAsync("/v1/chat/completions", Chat(more: chain));
        rig.First.Usual = well;
        using var after = await rig.PostAsync("/v1/chat/completions", Chat(more: chain));

        Assert.Equal(("miss", "farthing"), (Header(during, "x-farthing-cache"), Header(during, "x-farthing-provider")));
        Assert.Equal(("miss", "openai"), (Header(after, "x-farthing-cache"), Header(after, "x-farthing-provider")));
    }

    [Fact]
    public async Task A_stream_is_kept_whole_and_replayed_as_a_stream_apart_from_answers()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        rig.First.Then(Events(cut: false, Hello, Stop, Usage, Done));

        using var first = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        Assert.Equal(Hello + Stop + Done, await TextAsync(first));
        using var again = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        using var whole = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(("miss", "exact", "miss"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache"), Header(whole, "x-farthing-cache")));
        Assert.Equal("text/event-stream", again.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Hello + Stop + Done, await TextAsync(again));
        Assert.Equal(ChatAnswer, await TextAsync(whole));
        Assert.Equal(2, (await rig.BooksAsync()).Count);
        Assert.Equal([20L, 7L], rig.Memos().Select(static memo => memo.Quantity));
    }

    [Fact]
    public async Task What_was_cut_filtered_refused_or_broken_is_never_kept()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        rig.First.Then(Json(200, ChatAnswer.Replace("\"stop\"", "\"length\"", StringComparison.Ordinal)))
            .Then(Json(200, ChatAnswer.Replace("\"stop\"", "\"content_filter\"", StringComparison.Ordinal)))
            .Then(Json(400, "{\"error\":{\"message\":\"no\"}}"));
        rig.First.Usual = rig.Second.Usual = Json(500, "{}");
        for (int i = 0; i < 4; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat());
            Assert.Equal("miss", Header(response, "x-farthing-cache"));
        }

        rig.First.Then(Events(cut: false, Hello, Length, Done)).Then(Events(cut: true, Hello, Stop)).Then(Events(cut: false, Hello, "data: {broken\n\n")).Then(Events(cut: false, Hello, Stop, Done));
        string[] streams = new string[4];
        for (int i = 0; i < 4; i++)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
            Assert.Equal("miss", Header(response, "x-farthing-cache"));
            streams[i] = await TextAsync(response);
        }

        Assert.Equal(Hello + Length + Done, streams[0]);
        Assert.Contains("stream_interrupted", streams[2], StringComparison.Ordinal);
        Assert.Empty(rig.Memos());
    }

    [Fact]
    public async Task A_hundred_equal_requests_at_once_make_one_call()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        var open = new TaskCompletionSource();
        rig.First.Usual = async context =>
        {
            await open.Task;
            await Json(200, ChatAnswer)(context);
        };

        var posts = Enumerable.Range(0, 100).Select(_ => rig.PostAsync("/v1/chat/completions", Chat())).ToList();
        await WaitAsync(() => !rig.First.Requests.IsEmpty);
        open.SetResult();
        var responses = await Task.WhenAll(posts);

        Assert.All(responses, static response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal((1, 99), (responses.Count(static each => Header(each, "x-farthing-cache") == "miss"), responses.Count(static each => Header(each, "x-farthing-cache") == "exact")));
        Assert.Single(rig.First.Requests);
        Assert.Single(await rig.BooksAsync());
        Assert.Equal(99 * 4, rig.Scalar("SELECT sum(coalesce(times, 1)) FROM memos"));
        Assert.Equal(99, rig.Scalar("SELECT count(*) FROM gateway_hits"));
        Assert.Equal(0, rig.Gateway.Cache.UnderWay);
        Array.ForEach(responses, static response => response.Dispose());
    }

    [Fact]
    public async Task A_stream_that_others_wait_for_goes_on_when_its_first_client_leaves()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        var open = new TaskCompletionSource();
        rig.First.Usual = async context =>
        {
            await Events(cut: false, Hello)(context);
            await open.Task;
            await context.Response.WriteAsync(Stop + Usage + Done);
        };

        var leader = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        using var follower = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        Assert.Equal(("miss", "exact"), (Header(leader, "x-farthing-cache"), Header(follower, "x-farthing-cache")));
        leader.Dispose();
        open.SetResult();

        Assert.Equal(Hello + Stop + Done, await TextAsync(follower));
        var row = Assert.Single(await rig.BooksAsync());
        Assert.Equal(("r1", "answered", 20L), (row.Request, row.Outcome, row.Input));
        Assert.Equal([("r2", 20L), ("r2", 7L)], rig.Memos().Select(static memo => (memo.Request, memo.Quantity)));
    }

    [Fact]
    public async Task Who_joined_a_stream_is_told_no_key_and_a_cost_of_0()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        var open = new TaskCompletionSource();
        rig.First.Usual = async context =>
        {
            await Events(cut: false, Hello)(context);
            await open.Task;
            await context.Response.WriteAsync(Stop + Usage + Done);
        };

        using var leader = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream), ("x-farthing-stream-cost", "true"));
        using var follower = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream), ("x-farthing-stream-cost", "true"));
        open.SetResult();

        Assert.Equal(("PRIMARY", "1"), (Header(leader, "x-farthing-key-id"), Header(leader, "x-farthing-attempts")));
        Assert.Equal((null, "0", "openai"), (Header(follower, "x-farthing-key-id"), Header(follower, "x-farthing-attempts"), Header(follower, "x-farthing-provider")));
        Assert.Equal(Hello + Stop + Done + ": x-farthing-cost-usd 0.000007200000\n\n", await TextAsync(leader));
        Assert.Equal(Hello + Stop + Done + ": x-farthing-cost-usd 0\n\n", await TextAsync(follower));
    }

    [Fact]
    public async Task A_call_that_nobody_waits_for_any_more_is_cancelled_and_booked()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        var left = new TaskCompletionSource();
        rig.First.Usual = Hang(left, Hello);

        var response = await rig.PostAsync("/v1/chat/completions", Chat(more: Stream));
        response.Dispose();
        await left.Task.WaitAsync(TestContext.Current.CancellationToken);
        await WaitAsync(() => rig.Gateway.Cache.UnderWay == 0);

        Assert.Equal("cancelled", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task Who_waits_for_a_call_that_fails_is_served_by_another()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        var open = new TaskCompletionSource();
        rig.Second.Usual = Json(500, "{}");
        rig.First.Then(async context =>
        {
            await open.Task;
            await Json(500, "{}")(context);
        });

        var posts = Enumerable.Range(0, 5).Select(_ => rig.PostAsync("/v1/chat/completions", Chat())).ToList();
        await WaitAsync(() => !rig.First.Requests.IsEmpty);

        // All five have joined before it fails.
        await WaitAsync(() => rig.Gateway.Cache.Waiting == 5);
        open.SetResult();
        var responses = await Task.WhenAll(posts);

        Assert.Equal(1, responses.Count(static each => each.StatusCode != HttpStatusCode.OK));
        Assert.Equal(2, rig.First.Requests.Count);
        Array.ForEach(responses, static response => response.Dispose());
    }

    [Fact]
    public async Task Each_word_of_the_header_does_what_it_says()
    {
        await using var rig = await GatewayRig.StartAsync(Cached);
        async Task<string?> AskAsync(string body, params (string, string)[] headers)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", body, headers);
            return Header(response, "x-farthing-cache") + rig.First.Requests.Count;
        }

        string other = Chat(more: ",\"seed\":7");
        Assert.Equal("off1", await AskAsync(Chat(), ("x-farthing-cache", "off")));
        Assert.Equal("miss2", await AskAsync(Chat(), ("x-farthing-cache", "read-only")));
        Assert.Equal("miss3", await AskAsync(Chat(), ("x-bf-cache-no-store", "true")));
        Assert.Equal("miss4", await AskAsync(Chat()));
        Assert.Equal("exact4", await AskAsync(Chat(), ("x-farthing-cache", "read-only")));
        Assert.Equal("exact4", await AskAsync(Chat(), ("x-farthing-cache", "only-exact")));
        Assert.Equal("miss5", await AskAsync(Chat(), ("x-farthing-cache", "refresh")));
        Assert.Equal("exact5", await AskAsync(Chat(), ("x-bf-cache-type", "direct")));
        Assert.Equal("miss6", await AskAsync(Chat(), ("x-bf-cache-type", "semantic")));
        Assert.Equal("miss7", await AskAsync(Chat(), ("x-bf-cache-key", "shop")));
        Assert.Equal("exact7", await AskAsync(Chat(), ("x-bf-cache-key", "shop")));
        Assert.Equal("miss8", await AskAsync(other, ("x-farthing-cache", "only-exact")));
        Assert.Equal("exact8", await AskAsync(other));
    }

    [Theory]
    [InlineData("x-farthing-cache", "sometimes")]
    [InlineData("x-farthing-cache-threshold", "1.2")]
    [InlineData("x-farthing-cache-threshold", "NaN")]
    [InlineData("x-bf-cache-threshold", "high")]
    [InlineData("x-bf-cache-ttl", "soon")]
    [InlineData("x-bf-cache-ttl", "0s")]
    [InlineData("x-bf-cache-type", "both")]
    [InlineData("x-bf-cache-no-store", "1")]
    public async Task A_bad_header_is_a_400_in_the_clients_shape(string name, string value)
    {
        await using var rig = await GatewayRig.StartAsync(Cached);

        using var chat = await rig.PostAsync("/v1/chat/completions", Chat(), (name, value));
        using var messages = await rig.PostAsync("/v1/messages", Chat("claude-x"), (name, value));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (chat.StatusCode, messages.StatusCode));
        using var openAi = JsonDocument.Parse(await TextAsync(chat));
        using var anthropic = JsonDocument.Parse(await TextAsync(messages));
        Assert.Equal("bad_cache_header", openAi.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", anthropic.RootElement.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains(name, anthropic.RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(rig.First.Requests);
    }

    [Fact]
    public async Task An_answer_ends_with_its_time_to_live()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        await using var rig = await GatewayRig.StartAsync(Cached, time: time);
        async Task<string?> AskAsync(params (string, string)[] headers)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat(), headers);
            return Header(response, "x-farthing-cache");
        }

        Assert.Equal("miss", await AskAsync(("x-bf-cache-ttl", "1m30s")));
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal("exact", await AskAsync());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("miss", await AskAsync());
        time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal("exact", await AskAsync());
    }

    [Fact]
    public async Task No_client_is_served_what_another_one_bought()
    {
        await using var rig = await GatewayRig.StartAsync(Cached
            + $"\nclient_keys: [{{name: a, hash: \"sha256:{ClientKeys.HashOf("fk-a")}\"}}, {{name: b, hash: \"sha256:{ClientKeys.HashOf("fk-b")}\"}}]");

        string[] seen = new string[3];
        foreach (var (key, at) in new[] { ("fk-a", 0), ("fk-b", 1), ("fk-a", 2) })
        {
            using var response = await rig.PostAsync("/v1/chat/completions", Chat(), ("x-api-key", key));
            seen[at] = Header(response, "x-farthing-cache")!;
        }

        Assert.Equal(["miss", "miss", "exact"], seen);
    }

    [Fact]
    public async Task Shadow_mode_serves_nothing_and_says_what_it_would_have()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + "\nsemantic_cache: {enabled: true, semantic: false, mode: shadow}");

        using var first = await rig.PostAsync("/v1/chat/completions", Chat());
        using var again = await rig.PostAsync("/v1/chat/completions", Chat());

        Assert.Equal(("miss", "shadow"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache")));
        Assert.Equal(2, (await rig.BooksAsync()).Count);
        Assert.Empty(rig.Memos());
        Assert.Equal(1, rig.Gateway.Cache.Counts.Shadow);
        Assert.Contains("r2 would have been served from the cache: Exact", rig.Log, StringComparison.Ordinal);
    }

    internal static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task WaitAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
