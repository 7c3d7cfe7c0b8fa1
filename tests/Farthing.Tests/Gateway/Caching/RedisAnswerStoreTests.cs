using System.Numerics.Tensors;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.Wire;
using Farthing.Tests.Rendering.Embeddings;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Farthing.Tests.Gateway.Caching;

/// <summary>Answers on a server that several processes share.</summary>
/// <param name="address">The server.</param>
public abstract class RedisAnswerStoreTests(string address)
{
    private readonly CacheKey _scope = CacheKey.Of(Guid.CreateVersion7().ToByteArray());

    [Fact]
    public async Task Answers_are_there_for_other_processes_by_key_and_by_meaning()
    {
        var answer = Answer("A red mug.");
        await using (var cache = Cache())
        {
            cache.Save(answer);
        }

        await using var next = Cache();
        await next.Loading;
        Assert.Equal(answer.Origin, (await next.FindAsync(answer.Key))!.Origin);
        var near = Assert.Single(await next.NearestAsync(_scope, Vector("A red mug."), 0.9, 5));
        Assert.Equal((answer.Key, "A red mug."), (near.Key, near.Text));
    }

    [Fact]
    public async Task Scores_are_cosines_computed_here_and_the_nearest_come_first()
    {
        var random = new Random(7);
        var answers = Enumerable.Range(0, 200).Select(i => Answer($"text {i}", Unit(random))).ToList();
        await using (var cache = Cache())
        {
            answers.ForEach(cache.Save);
        }

        await using var next = Cache();
        await next.Loading;
        foreach (var asked in answers.Take(50))
        {
            float[] values = Near(asked.Meaning!.Vector.Values, random);
            var found = await next.NearestAsync(_scope, new TextVector(values, EmbeddedText.Whole), -1, 16);
            Assert.Equal(16, found.Count);
            Assert.Equal(asked.Key, found[0].Key);
            Assert.Equal(found.OrderByDescending(static each => each.Similarity).Select(static each => each.Key), found.Select(static each => each.Key));

            // Kept as 16-bit floats.
            Assert.All(found, each => Assert.Equal(
                TensorPrimitives.CosineSimilarity(values, answers.Single(answer => answer.Key == each.Key).Meaning!.Vector.Values), each.Similarity, 0.001));
        }
    }

    [Fact]
    public async Task A_meaning_whose_answer_has_ended_is_found_no_more()
    {
        var (kept, ended) = (Answer("A red mug."), Answer("A red mug!"));
        await using (var cache = Cache())
        {
            cache.Save(kept);
            cache.Save(ended);
        }

        using (var connection = await ConnectionMultiplexer.ConnectAsync(new Uri(address).Authority))
        {
            // As its lifetime would.
            var database = connection.GetDatabase();
            Assert.True(await database.KeyDeleteAsync("farthing:gc1:m:" + ended.Key));
            Assert.True(await database.KeyDeleteAsync("farthing:gc1:a:" + ended.Key));
            Assert.True(await database.KeyTimeToLiveAsync("farthing:gc1:a:" + kept.Key) > TimeSpan.FromDays(6));
        }

        await using var next = Cache();
        await next.Loading;
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(kept.Key, Assert.Single(await next.NearestAsync(_scope, Vector("A red mug."), 0.9, 5)).Key);
        }

        await AfterAsync(_scope, 1);
    }

    [Fact]
    public async Task What_was_kept_a_moment_ago_is_found_before_the_store_has_it()
    {
        await using var cache = Cache();
        await cache.Loading;
        var answer = Answer("A red mug.");
        cache.Save(answer);
        Assert.Equal(answer.Key, Assert.Single(await cache.NearestAsync(_scope, Vector("A red mug."), 0.9, 5)).Key);
    }

    /// <summary>Looks at what the server has of a scope.</summary>
    protected virtual Task AfterAsync(CacheKey scope, int elements) => Task.CompletedTask;

    private AnswerCache Cache() =>
        new(new SemanticCacheOptions(), RedisAnswerStore.Connect(new Secret(address)), TimeProvider.System, NullLogger<AnswerCache>.Instance);

    private static TextVector Vector(string text) => new(WordEmbedder.Of(text), EmbeddedText.Whole);

    private static float[] Unit(Random random)
    {
        float[] values = [.. Enumerable.Range(0, 384).Select(_ => (float)(random.NextDouble() - 0.5))];
        TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        return values;
    }

    private static float[] Near(float[] values, Random random)
    {
        float[] near = Unit(random);
        TensorPrimitives.MultiplyAdd(near, 0.3f, values, near);
        TensorPrimitives.Divide(near, TensorPrimitives.Norm<float>(near), near);
        return near;
    }

    private CachedAnswer Answer(string text, float[]? values = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new CachedAnswer(
            CacheKey.Of(Guid.CreateVersion7().ToByteArray()),
            new AnswerOrigin
            {
                Shape = WireShape.Chat,
                RequestId = "r1",
                Attempt = 1,
                Provider = "openai",
                Model = "gpt-4o-mini",
                Resource = "llm/openai/gpt-4o-mini",
                Tokens = new TokenCounts(1, 2, 3, 4, 5, 6),
                At = new DateTimeOffset(now.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero),
                Until = new DateTimeOffset(now.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero).AddDays(7),
            },
            "body"u8.ToArray())
        {
            Meaning = new AnswerMeaning(_scope, text, values is null ? Vector(text) : new TextVector(values, EmbeddedText.Whole)),
        };
    }
}

/// <summary>Redis 7: embeddings are plain keys, and the index is in the process.</summary>
public sealed class RedisAnswerStoreOnRedis() : RedisAnswerStoreTests(RedisServer.Shared);

/// <summary>Garnet with vector sets, which find the candidates.</summary>
public sealed class RedisAnswerStoreOnGarnet() : RedisAnswerStoreTests(GarnetServer.Shared)
{
    [Fact]
    public async Task Without_its_option_the_index_is_in_the_process()
    {
        using var server = await GarnetServer.StartAsync();
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(new Uri(server.Address).Authority))
        {
            var error = await Assert.ThrowsAsync<RedisServerException>(() => connection.GetDatabase().ExecuteAsync("VCARD", "none"));
            Assert.Contains("not enabled", error.Message, StringComparison.Ordinal);
        }

        await new Plain(server.Address).Answers_are_there_for_other_processes_by_key_and_by_meaning();
    }

    /// <summary>An element without its answer was taken out of the set.</summary>
    protected override async Task AfterAsync(CacheKey scope, int elements)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(new Uri(GarnetServer.Shared).Authority);
        Assert.Equal(elements, (int)await connection.GetDatabase().ExecuteAsync("VCARD", "farthing:gc1:v:" + scope));
        Assert.True(await connection.GetDatabase().KeyTimeToLiveAsync("farthing:gc1:v:" + scope) > TimeSpan.FromDays(6));
    }

    private sealed class Plain(string address) : RedisAnswerStoreTests(address);
}
