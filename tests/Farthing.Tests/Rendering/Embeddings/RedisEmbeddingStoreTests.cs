using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Farthing.Rendering.Embeddings;
using StackExchange.Redis;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class RedisEmbeddingStoreTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>Encoders that no other test has, so that tests may share a server.</summary>
    private readonly FakeEncoders _encoders = new(Path.GetRandomFileName());

    [Fact]
    public async Task Entries_outlive_the_process_and_each_use_begins_their_lifetime_anew()
    {
        using (var cache = Open(RedisServer.Shared))
        {
            Assert.Empty(new ModelEmbeddings(cache, _encoders).Find(["on sand", "on snow"], 1)[0].Saved);
        }

        await using var connection = await ConnectAsync(RedisServer.Shared);
        var database = connection.GetDatabase();
        RedisKey[] keys = Keys(connection);
        Assert.Equal(4, keys.Length);
        foreach (var key in keys)
        {
            Assert.InRange(database.KeyTimeToLive(key)!.Value, Month - TimeSpan.FromMinutes(1), Month);
            database.KeyExpire(key, TimeSpan.FromHours(1));
        }

        using var later = Open(RedisServer.Shared);
        var model = new ModelEmbeddings(later, _encoders);
        Assert.Equal([.. FakeEncoders.Exact("on sand").Select(v => (float)(Half)v)], model.Find(["on sand", "on snow"], 1)[0].Prompt.States);
        Assert.Equal((4, 0), (model.Counts.StoreHits, model.Counts.Misses));
        Assert.All(keys, key => Assert.True(database.KeyTimeToLive(key) > TimeSpan.FromDays(29)));
    }

    [Fact]
    public async Task A_poisoned_value_and_a_key_of_another_type_are_encoded_again()
    {
        using (var cache = Open(RedisServer.Shared))
        {
            new ModelEmbeddings(cache, _encoders).Find(["on sand"], 1);
        }

        await using var connection = await ConnectAsync(RedisServer.Shared);
        RedisKey[] keys = Keys(connection);
        connection.GetDatabase().StringSet(keys[0], "nonsense");
        connection.GetDatabase().KeyDelete(keys[1]);
        connection.GetDatabase().ListLeftPush(keys[1], "a list");

        for (int start = 0; start < 2; start++)
        {
            using var cache = Open(RedisServer.Shared);
            var model = new ModelEmbeddings(cache, _encoders);
            Assert.Equal([.. FakeEncoders.Exact("on sand").Select(v => (float)(Half)v)], model.Find(["on sand"], 1)[0].Prompt.States);
            Assert.Equal(start == 0 ? 2 : 0, model.Counts.Corrupt);
            Assert.Empty(cache.TakeWarnings());
        }
    }

    [Fact]
    public async Task Statistics_count_entries_and_lookups()
    {
        using (var cache = Open(RedisServer.Shared))
        {
            var model = new ModelEmbeddings(cache, _encoders);
            model.Find(["on sand", "on snow", "on sand"], 1);
            model.SaveCounts();
        }

        using var store = new RedisEmbeddingStore(RedisAddress.Parse(RedisServer.Shared), Month, TimeSpan.FromSeconds(2));
        var rows = store.Statistics().Where(r => _encoders.Identities.Contains(r.Encoder)).ToList();
        Assert.Equal([2, 2], rows.Select(r => r.Entries));
        Assert.All(rows, r => Assert.Equal(new CacheCounts { MemoryHits = 1, Misses = 2 }, r.Counts));
        Assert.Equal(2, store.Clear(_encoders.Identities[0]));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_server_that_is_killed_costs_a_warning_and_no_render()
    {
        using var server = await RedisServer.StartAsync();
        using var cache = Open(server.Address, memory: 0);
        var model = new ModelEmbeddings(cache, _encoders);
        model.Find(["on sand"], 1);
        Assert.Equal(2, model.Find(["on sand"], 1)[0].Saved.Count);
        server.Kill();

        var clock = Stopwatch.StartNew();
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(10, model.Find([$"on sand {i}"], 1)[0].Prompt.Sequence);
        }

        string warning = Assert.Single(Enumerable.Range(0, 5).SelectMany(_ => cache.TakeWarnings()));
        Assert.Contains($"Redis at 127.0.0.1:{server.Port}", warning, StringComparison.Ordinal);

        // Not a time measured: without the pause each of 200 lookups would wait half a second.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("$5\r\nab")]
    public async Task A_server_that_says_nothing_or_nonsense_is_done_without(string? answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, answer);
        using (var cache = Open($"redis://:se%20cret@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"))
        {
            var model = new ModelEmbeddings(cache, _encoders);
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(10, model.Find([$"on sand {i}"], 1)[0].Prompt.Sequence);
            }

            string warning = Assert.Single(cache.TakeWarnings());
            Assert.DoesNotContain("se cret", warning, StringComparison.Ordinal);
        }

        listener.Stop();
        await serving;
    }

    [Fact]
    public void An_address_prints_no_secret()
    {
        var address = RedisAddress.Parse("rediss://user:pa%40ss@cache.example:6380/3");
        var options = new EmbeddingOptions { Place = new EmbeddingPlace.Redis(address) };

        Assert.Equal("***", address.ToString());
        Assert.DoesNotContain("pa@ss", $"{options} {address.Shown} {options.Place}", StringComparison.Ordinal);
        Assert.Equal(("pa@ss", true, 3), (address.ToOptions(Month).Password, address.ToOptions(TimeSpan.FromSeconds(1)).Ssl, address.ToOptions(TimeSpan.FromSeconds(1)).DefaultDatabase));
        foreach (string bad in new[] { "redis://", "http://x:secret@y", "redis://:secret@h/x", "secret" })
        {
            Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => RedisAddress.Parse(bad)).Message, StringComparison.Ordinal);
        }
    }

    private static EmbeddingCache Open(string address, int memory = 16) => EmbeddingCache.Open(
        new EmbeddingOptions { Place = new EmbeddingPlace.Redis(RedisAddress.Parse(address)), MemoryMiB = memory }, "unused", TimeProvider.System)!;

    private static async Task<ConnectionMultiplexer> ConnectAsync(string address) =>
        await ConnectionMultiplexer.ConnectAsync(RedisAddress.Parse(address).ToOptions(TimeSpan.FromSeconds(2)));

    private RedisKey[] Keys(ConnectionMultiplexer connection) =>
        [.. _encoders.Identities.SelectMany(id => connection.GetServers()[0].Keys(pattern: $"farthing:te1:{id[..16]}:*"))];

    private static async Task ServeAsync(TcpListener listener, string? answer)
    {
        List<TcpClient> clients = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                clients.Add(client);
                if (answer is not null)
                {
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
