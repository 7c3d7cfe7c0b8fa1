using System.Net;
using System.Text;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Rendering.Embeddings;
using static Farthing.Tests.Gateway.Caching.ExactCacheTests;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Caching;

/// <summary>The semantic cache on a store that has an index of its own, or none.</summary>
public abstract class SemanticServingTests
{
    private const string Cached = Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6}";
    private const string Embedding = "{\"data\":[{\"embedding\":[3,4]}],\"usage\":{\"prompt_tokens\":6,\"total_tokens\":6}}";

    [Fact]
    public async Task Another_wording_of_the_same_is_served_and_booked_as_what_it_avoided()
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder());

        using var first = await AskAsync(rig, "Describe a red mug on a white table.");
        using var again = await AskAsync(rig, "Please describe a red mug on a white table.");

        Assert.Equal(("miss", "semantic", "0"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache"), Header(again, "x-farthing-cost-usd")));
        Assert.InRange(double.Parse(Header(again, "x-farthing-similarity")!, System.Globalization.CultureInfo.InvariantCulture), 0.6, 0.999);
        Assert.Equal(ChatAnswer, await TextAsync(again));
        Assert.Single(await rig.BooksAsync());
        Assert.All(rig.Memos(), static memo => Assert.Equal(("r2", true), (memo.Request, memo.Evidence.StartsWith("semantic hit", StringComparison.Ordinal))));
        Assert.Equal(4, rig.Memos().Count);
    }

    [Theory]
    [InlineData("Describe a blue mug on a white table.", "colour")]
    [InlineData("Describe a red mug on a white oak table.", "word")]
    [InlineData("Describe a red mug without a white table.", "negation")]
    [InlineData("Describe a white mug on a red table.", "roles")]
    public async Task What_states_something_else_is_a_miss_with_its_similarity_and_the_reason_in_the_log(string text, string reason)
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder());

        using var first = await AskAsync(rig, "Describe a red mug on a white table.");
        using var other = await AskAsync(rig, text);

        Assert.Equal("miss", Header(other, "x-farthing-cache"));
        Assert.NotNull(Header(other, "x-farthing-similarity"));
        Assert.Equal(1, rig.Gateway.Cache.Counts.Refused);
        Assert.Contains("r2 candidate refused, similarity ", rig.Log, StringComparison.Ordinal);
        Assert.Contains(": " + reason, rig.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("mug", rig.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_are_logged_only_where_that_is_asked_for()
    {
        await using var rig = await StartAsync(Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6, log_texts: true}", new WordEmbedder());

        (await AskAsync(rig, "Describe a red mug.")).Dispose();
        (await AskAsync(rig, "Describe a blue mug.")).Dispose();

        Assert.Contains("asked: Describe a blue mug. | kept: Describe a red mug.", rig.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_but_the_last_text_must_be_the_same()
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder());
        (await AskAsync(rig, "Describe a red mug.")).Dispose();

        string[] others =
        [
            Body("Please describe a red mug.").Replace("{\"role\":\"user\"", "{\"role\":\"system\",\"content\":\"Be short.\"},{\"role\":\"user\"", StringComparison.Ordinal),
            Body("Please describe a red mug.").Replace("\"messages\"", "\"temperature\":0.5,\"messages\"", StringComparison.Ordinal),
            Body("Please describe a red mug.").Replace("gpt-4o-mini", "openai/gpt-4o", StringComparison.Ordinal),
        ];
        foreach (string body in others)
        {
            using var response = await rig.PostAsync("/v1/chat/completions", body);
            Assert.Equal("miss", Header(response, "x-farthing-cache"));
        }

        using var same = await AskAsync(rig, "Please describe a red mug.");
        Assert.Equal("semantic", Header(same, "x-farthing-cache"));
    }

    [Fact]
    public async Task Only_exact_a_threshold_and_a_refresh_keep_the_semantic_cache_out()
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder());
        async Task<string?> WordAsync(string text, params (string, string)[] headers)
        {
            using var response = await AskAsync(rig, text, headers);
            return Header(response, "x-farthing-cache");
        }

        Assert.Equal("miss", await WordAsync("Describe a red mug."));
        Assert.Equal("miss", await WordAsync("Please describe a red mug.", ("x-farthing-cache", "only-exact"), ("x-bf-cache-no-store", "true")));
        Assert.Equal("miss", await WordAsync("Please describe a red mug.", ("x-farthing-cache-threshold", "0.9999"), ("x-farthing-cache", "read-only")));
        Assert.Equal("miss", await WordAsync("Please describe a red mug.", ("x-farthing-cache-threshold", "0.9999"), ("x-bf-cache-threshold", "0.1"), ("x-farthing-cache", "read-only")));
        Assert.Equal("semantic", await WordAsync("Please describe a red mug.", ("x-bf-cache-threshold", "0.1")));
        Assert.Equal("semantic", await WordAsync("Describe a red mug.", ("x-bf-cache-type", "semantic")));
        Assert.Equal("exact", await WordAsync("Describe a red mug.", ("x-bf-cache-type", "direct")));
        Assert.Equal("miss", await WordAsync("Please describe a red mug.", ("x-farthing-cache", "refresh")));
        Assert.Equal("exact", await WordAsync("Please describe a red mug."));
    }

    [Fact]
    public async Task An_embedder_that_fails_is_a_miss()
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder { Fault = new InvalidOperationException("no model") });

        using var first = await AskAsync(rig, "Describe a red mug.");
        using var again = await AskAsync(rig, "Describe a red mug.");
        using var other = await AskAsync(rig, "Please describe a red mug.");

        Assert.Equal(("miss", "exact", "miss"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache"), Header(other, "x-farthing-cache")));
        Assert.Contains("the embedder words failed", rig.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_had_begun_is_ended_and_booked_where_its_call_fails_over_the_embedding()
    {
        await using var rig = await StartAsync(Cached, new WordEmbedder { Fault = new Farthing.Gateway.Booking.BookingException("full", new IOException("full")) });
        var left = new TaskCompletionSource();
        rig.First.Usual = Hang(left, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n");

        using var response = await rig.PostAsync("/v1/chat/completions", Chat(more: ",\"stream\":true"), ("x-farthing-cache", "refresh"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("cancelled", Assert.Single(await rig.BooksAsync()).Outcome);
    }

    [Fact]
    public async Task A_providers_embeddings_are_booked_like_any_call()
    {
        await using var rig = await StartAsync(Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6, embedder: other/text-embedding-3-small}");
        rig.Second.Usual = Json(200, Embedding);

        using var first = await AskAsync(rig, "Describe a red mug.");
        using var again = await AskAsync(rig, "Please describe a red mug.");

        Assert.Equal(("miss", "semantic", "1.0000"), (Header(first, "x-farthing-cache"), Header(again, "x-farthing-cache"), Header(again, "x-farthing-similarity")));
        Assert.Equal(
            [("r1", "gpt-4o-mini"), ("r1-embedding", "text-embedding-3-small"), ("r2-embedding", "text-embedding-3-small")],
            (await rig.BooksAsync()).Select(static row => (row.Request, row.Model)).Order());
    }

    [Fact]
    public async Task An_embedding_that_failed_is_not_tried_again_for_keeping_the_answer()
    {
        await using var rig = await GatewayRig.StartAsync(Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6, embedder: other/text-embedding-3-small}");
        rig.Second.Then(Json(500, "{}")).Usual = Json(200, Embedding);

        using var first = await AskAsync(rig, "Describe a red mug.");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Single(rig.Second.Requests);
        Assert.Equal(
            [("r1", 1L, "answered"), ("r1-embedding", 1L, "failed")],
            (await rig.BooksAsync()).Select(static row => (row.Request, row.Attempt, row.Outcome)).Order());
    }

    [Fact]
    public async Task Embedding_a_text_twice_books_both_attempts()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Second.Usual = Json(200, Embedding);
        var call = new GatewayCall("r1", WireShape.Chat, RequestOutline.Read(Encoding.UTF8.GetBytes(Chat())), [new ModelTarget("openai", "gpt-4o-mini")]);
        var embedder = new ProviderEmbedder(rig.Gateway.Calls, new ModelTarget("other", "text-embedding-3-small"));

        Assert.NotNull(await embedder.EmbedAsync(call, "a", TestContext.Current.CancellationToken));
        Assert.NotNull(await embedder.EmbedAsync(call, "b", TestContext.Current.CancellationToken));

        Assert.Equal([("r1-embedding", 1L, 6L), ("r1-embedding", 2L, 6L)], (await rig.BooksAsync()).Select(static row => (row.Request, row.Attempt, row.Input)));
        Assert.Equal(12, rig.Charges().Sum(static charge => charge.Quantity));
    }

    [Fact]
    public async Task An_embedder_that_is_slow_is_given_up_and_the_answer_goes_out()
    {
        await using var rig = await GatewayRig.StartAsync(
            Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6, embedder: other/text-embedding-3-small, embedding_seconds: 0.1}");
        var left = new TaskCompletionSource();
        rig.Second.Usual = Hang(left);

        using var response = await AskAsync(rig, "Describe a red mug.");

        Assert.Equal("miss", Header(response, "x-farthing-cache"));
        await left.Task;
        Assert.Contains("other/text-embedding-3-small took longer than 0.1 s", rig.Log, StringComparison.Ordinal);
        Assert.Equal(["answered", "cancelled"], (await rig.BooksAsync()).Select(static row => row.Outcome).Order());
    }

    [Fact]
    public async Task In_shadow_mode_a_wording_is_told_and_not_served()
    {
        await using var rig = await StartAsync(Yaml + "\nsemantic_cache: {enabled: true, similarity_threshold: 0.6, shadow: true}", new WordEmbedder());

        (await AskAsync(rig, "Describe a red mug.")).Dispose();
        using var again = await AskAsync(rig, "Please describe a red mug.");

        Assert.Equal("shadow", Header(again, "x-farthing-cache"));
        Assert.NotNull(Header(again, "x-farthing-similarity"));
        Assert.Contains("r2 would have been served from the cache: Semantic, similarity 0.", rig.Log, StringComparison.Ordinal);
        Assert.Equal(2, rig.First.Requests.Count);
    }

    /// <summary>A store; null for the SQLite file of the rig. What other tests keep in it lies at other providers' addresses.</summary>
    protected abstract IAnswerStore? Store();

    private Task<GatewayRig> StartAsync(string yaml, ITextEmbedder? embedder = null) => GatewayRig.StartAsync(yaml, embedder, store: Store());

    private static string Body(string text) => Chat().Replace("Describe a red mug.", text, StringComparison.Ordinal);

    private static Task<HttpResponseMessage> AskAsync(GatewayRig rig, string text, params (string, string)[] headers) => rig.PostAsync("/v1/chat/completions", Body(text), headers);
}

public sealed class SemanticServingOnSqlite : SemanticServingTests
{
    protected override IAnswerStore? Store() => null;
}

/// <summary>Redis 7: embeddings are plain keys, and the index is in the process.</summary>
public sealed class SemanticServingOnRedis : SemanticServingTests
{
    protected override IAnswerStore Store() => RedisAnswerStore.Connect(new Secret(RedisServer.Shared));
}

/// <summary>Garnet: the server's vector sets find the candidates.</summary>
public sealed class SemanticServingOnGarnet : SemanticServingTests
{
    protected override IAnswerStore Store() => RedisAnswerStore.Connect(new Secret(GarnetServer.Shared));
}
