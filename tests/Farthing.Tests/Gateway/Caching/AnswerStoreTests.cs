using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.Wire;
using Farthing.Tests.Rendering;
using Farthing.Tests.Rendering.Embeddings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Caching;

public sealed class AnswerStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly CacheKey Scope = CacheKey.Of("scope"u8);
    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Answers_outlive_the_process_and_are_found_by_key_and_by_meaning()
    {
        using var folder = new ScratchFolder();
        await using (var cache = Cache(SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time)))
        {
            cache.Save(Answer(1, "A red mug."));
            cache.Save(Answer(2, null));
        }

        await using var next = Cache(SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time));
        await next.Loading;
        var found = await next.FindAsync(Key(1));
        Assert.Equal((Answer(1, null).Origin, "body 1"), (found!.Origin, System.Text.Encoding.UTF8.GetString(found.Body.Span)));
        Assert.NotNull(await next.FindAsync(Key(2)));
        Assert.Null(await next.FindAsync(Key(3)));
        var near = Assert.Single(await next.NearestAsync(Scope, Vector("A red mug."), 0.9, 5));
        Assert.Equal((Key(1), "A red mug."), (near.Key, near.Text));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File(SqliteAnswerStore.FileName)));
        }
    }

    [Fact]
    public async Task What_has_ended_goes_and_a_full_file_loses_its_oldest()
    {
        using var folder = new ScratchFolder();
        await using var store = SqliteAnswerStore.Open(folder.FullName, 100_000, _time);
        await store.SaveAsync([new StoredAnswer(Key(0), Start, Start.AddSeconds(5), new byte[10], null)]);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await store.FindAsync(Key(0)));
        for (int i = 1; i <= 30; i++)
        {
            await store.SaveAsync([new StoredAnswer(Key(i), Start.AddSeconds(i), Start.AddDays(1), new byte[10_000], null)]);
        }

        List<bool> kept = [];
        for (int i = 1; i <= 30; i++)
        {
            kept.Add(await store.FindAsync(Key(i)) is not null);
        }

        Assert.InRange(kept.Count(static each => each), 8, 10);
        Assert.All(kept[^8..], Assert.True);
    }

    [Fact]
    public async Task A_damaged_file_is_put_aside_and_another_programs_is_left_alone()
    {
        using var folder = new ScratchFolder();
        string path = folder.File(SqliteAnswerStore.FileName);
        await File.WriteAllTextAsync(path, new string('x', 5_000), TestContext.Current.CancellationToken);
        await using (var store = SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time))
        {
            await store.SaveAsync([new StoredAnswer(Key(1), Start, Start.AddDays(1), [1], null)]);
            Assert.Equal([1], await store.FindAsync(Key(1)));
        }

        Assert.True(File.Exists(path + ".damaged"));
        File.Delete(path);
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x)";
            command.ExecuteNonQuery();
        }

        Assert.Throws<IOException>(() => SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time));
    }

    [Fact]
    public void Bytes_that_are_no_answer_are_none()
    {
        byte[] value = AnswerCodec.Pack(Answer(1, null)), meaning = AnswerCodec.Pack(Answer(1, "A red mug.").Meaning!);
        for (int i = 0; i < 2_000; i++)
        {
            var random = new Random(i);
            byte[] cut = random.Next(2) == 0 ? value[..random.Next(value.Length)] : Mutation.Of(value, random);
            _ = AnswerCodec.Unpack(Key(1), cut);
            _ = AnswerCodec.UnpackMeaning(random.Next(2) == 0 ? meaning[..random.Next(meaning.Length)] : Mutation.Of(meaning, random));
        }

        Assert.Null(AnswerCodec.Unpack(Key(1), new byte[3]));
        Assert.Null(AnswerCodec.UnpackMeaning(new byte[36]));
    }

    [Fact]
    public async Task A_store_that_goes_down_is_a_miss_and_never_a_fault()
    {
        using var server = await RedisServer.StartAsync();
        await using var cache = Cache(RedisAnswerStore.Connect(new Secret(server.Address)));
        await cache.Loading;
        server.Kill();

        Assert.Null(await cache.FindAsync(Key(1)));
        cache.Save(Answer(1, "A red mug."));
        Assert.NotNull(await cache.FindAsync(Key(1)));
        Assert.Single(await cache.NearestAsync(Scope, Vector("A red mug."), 0.9, 5));
        Assert.Null(await cache.FindAsync(Key(2)));
    }

    [Fact]
    public async Task What_a_store_cannot_say_is_not_gone()
    {
        using var folder = new ScratchFolder();
        await using (var cache = Cache(SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time)))
        {
            Assert.True((await cache.LookAsync(Key(1))).IsGone);
        }

        using var server = await RedisServer.StartAsync();
        await using var down = Cache(RedisAnswerStore.Connect(new Secret(server.Address)));
        await down.Loading;
        server.Kill();

        Assert.Equal((null, false), await down.LookAsync(Key(1)));
        Assert.Equal((null, false), await down.LookAsync(Key(1)));
    }

    [Fact]
    public async Task An_answer_that_is_larger_than_the_memory_is_served_from_the_store()
    {
        using var folder = new ScratchFolder();
        var options = new SemanticCacheOptions { MaxMemoryMiB = 1 };
        var large = Answer(1, null) with { Body = new byte[2 << 20] };
        await using (var first = new AnswerCache(options, SqliteAnswerStore.Open(folder.FullName, 8 << 20, _time), _time, NullLogger<AnswerCache>.Instance))
        {
            first.Save(large);
        }

        await using var next = new AnswerCache(options, SqliteAnswerStore.Open(folder.FullName, 8 << 20, _time), _time, NullLogger<AnswerCache>.Instance);

        Assert.NotNull(await next.FindAsync(Key(1)));
        _time.Advance(TimeSpan.FromDays(8));
        Assert.Null(await next.FindAsync(Key(1)));
    }

    [Fact]
    public async Task Looking_up_waits_for_no_writer()
    {
        using var folder = new ScratchFolder();
        await using var store = SqliteAnswerStore.Open(folder.FullName, 1 << 20, _time);
        await store.SaveAsync([Stored(1, 10)]);
        using var writer = new SqliteConnection($"Data Source={folder.File(SqliteAnswerStore.FileName)};Pooling=False");
        writer.Open();
        using (SqliteTransaction held = writer.BeginTransaction(deferred: false))
        {
            var begun = new TaskCompletionSource();
            Task saving = Task.Run(
                () =>
                {
                    begun.SetResult();
                    return store.SaveAsync([Stored(2, 10)]);
                },
                TestContext.Current.CancellationToken);
            await begun.Task;
            for (int i = 0; i < 20; i++)
            {
                Assert.NotNull(await Task.Run(() => store.FindAsync(Key(1)).AsTask(), TestContext.Current.CancellationToken));
                Assert.False(saving.IsCompleted);
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            held.Rollback();
            await saving;
        }

        Assert.NotNull(await store.FindAsync(Key(2)));
    }

    [Fact]
    public async Task A_full_store_drops_the_oldest_down_to_nine_tenths_and_what_has_ended()
    {
        using var folder = new ScratchFolder();
        await using var store = SqliteAnswerStore.Open(folder.FullName, 100_000, _time);
        await store.SaveAsync([.. Enumerable.Range(1, 500).Select(static i => Stored(i, 200))]);
        Assert.NotNull(await store.FindAsync(Key(1)));

        // One byte too much: the oldest 10,001 bytes go, which is 51 answers.
        await store.SaveAsync([Stored(501, 1)]);
        Assert.Null(await store.FindAsync(Key(51)));
        Assert.NotNull(await store.FindAsync(Key(52)));
        Assert.NotNull(await store.FindAsync(Key(501)));

        _time.Advance(TimeSpan.FromDays(8));
        await store.SaveAsync([Stored(600, 1) with { Until = Start.AddDays(30) }]);
        using var file = new SqliteConnection($"Data Source={folder.File(SqliteAnswerStore.FileName)};Pooling=False");
        file.Open();
        using SqliteCommand left = file.CreateCommand();
        left.CommandText = "SELECT count(*) || ' ' || (SELECT bytes FROM total) FROM answers";
        Assert.Equal("1 1", left.ExecuteScalar());
    }

    private static StoredAnswer Stored(int number, int bytes) => new(Key(number), Start.AddSeconds(number), Start.AddDays(7), new byte[bytes], null);

    private AnswerCache Cache(IAnswerStore store) => new(new SemanticCacheOptions(), store, _time, NullLogger<AnswerCache>.Instance);

    private static CacheKey Key(int number) => new((ulong)number, 0, 0, 7);

    private static TextVector Vector(string text) => new(WordEmbedder.Of(text), EmbeddedText.Whole);

    private static CachedAnswer Answer(int number, string? text) => new(
        Key(number),
        new AnswerOrigin
        {
            Shape = WireShape.Chat,
            Streamed = false,
            RequestId = "r1",
            Attempt = 2,
            Provider = "anthropic",
            Model = "claude",
            Resource = "llm/anthropic/claude",
            Tokens = new TokenCounts(1, 2, 3, 4, 5, 6),
            Estimated = true,
            At = Start,
            Until = Start.AddDays(7),
        },
        System.Text.Encoding.UTF8.GetBytes($"body {number}"))
    {
        Meaning = text is null ? null : new AnswerMeaning(Scope, text, Vector(text)),
    };
}
