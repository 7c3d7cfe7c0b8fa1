using System.Globalization;
using StackExchange.Redis;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Entries on a Redis server (6.2 or newer): one key an entry with a lifetime that every use begins anew, and a hash an
/// encoder with its counters. The server's own <c>maxmemory</c> bounds it.
/// </summary>
internal sealed class RedisEmbeddingStore : IEmbeddingStore
{
    private const string Prefix = "farthing:te1:";
    private const string Names = Prefix + "encoders";

    private readonly TimeSpan _ttl;
    private readonly TimeSpan _timeout;
    private readonly Task<ConnectionMultiplexer> _connection;

    /// <summary>Begins to connect and waits for nothing.</summary>
    /// <param name="address">The server.</param>
    /// <param name="ttl">How long an unused entry is kept.</param>
    /// <param name="timeout">How long a call may take.</param>
    public RedisEmbeddingStore(RedisAddress address, TimeSpan ttl, TimeSpan timeout)
    {
        Name = address.Shown;
        _ttl = ttl;
        _timeout = timeout;
        _connection = ConnectionMultiplexer.ConnectAsync(address.ToOptions(timeout));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]?> Find(IReadOnlyList<StoredKey> keys)
    {
        // Sent as one packet and answered as one: a batch costs one round trip.
        var database = Database();
        var batch = database.CreateBatch();
        Task<RedisValue>[] answers = [.. keys.Select(key => batch.StringGetSetExpiryAsync(KeyOf(key), _ttl))];
        batch.Execute();
        try
        {
            Wait(Task.WhenAll(answers));
        }
        catch (RedisServerException)
        {
            // An answer that is an error stands for a key of another type; it is judged alone below.
        }

        return [.. answers.Select(static answer => answer switch
        {
            { IsCompletedSuccessfully: true } => (byte[]?)answer.Result,
            { Exception.InnerException: RedisServerException error } when error.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal) => [],
            _ => throw answer.Exception?.InnerException ?? new TimeoutException(),
        })];
    }

    /// <inheritdoc/>
    public void Save(IReadOnlyList<(StoredKey Key, byte[] Bytes)> entries)
    {
        var database = Database();
        foreach (var (key, bytes) in entries)
        {
            database.StringSet(KeyOf(key), bytes, _ttl, flags: CommandFlags.FireAndForget);
        }
    }

    /// <inheritdoc/>
    public void Touch(IReadOnlyList<StoredKey> keys)
    {
        var database = Database();
        foreach (var key in keys)
        {
            database.KeyExpire(KeyOf(key), _ttl, flags: CommandFlags.FireAndForget);
        }
    }

    /// <inheritdoc/>
    public void Remove(StoredKey key) => Database().KeyDelete(KeyOf(key), CommandFlags.FireAndForget);

    /// <inheritdoc/>
    public void Describe(string encoder, string part, string model)
    {
        var database = Database();
        database.SetAdd(Names, encoder, CommandFlags.FireAndForget);
        database.HashSet(Prefix + encoder, [new("part", part), new("model", model)], CommandFlags.FireAndForget);
    }

    /// <inheritdoc/>
    public void Count(string encoder, CacheCounts counts)
    {
        var database = Database();
        database.SetAdd(Names, encoder, CommandFlags.FireAndForget);
        foreach (var (field, by) in new[] { ("memory_hits", counts.MemoryHits), ("store_hits", counts.StoreHits), ("misses", counts.Misses), ("corrupt", counts.Corrupt) })
        {
            if (by > 0)
            {
                database.HashIncrement(Prefix + encoder, field, by, CommandFlags.FireAndForget);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EncoderStatistics> Statistics()
    {
        var database = Database();
        return [.. database.SetMembers(Names).Select(static name => name.ToString()).Order(StringComparer.Ordinal).Select(encoder =>
        {
            var fields = database.HashGetAll(Prefix + encoder).ToDictionary(static f => f.Name.ToString(), static f => f.Value);
            long Number(string field) => fields.TryGetValue(field, out var value) && value.TryParse(out long number) ? number : 0;
            var (entries, bytes) = Measure(database, encoder);
            return new EncoderStatistics
            {
                Encoder = encoder,
                Part = fields.GetValueOrDefault("part").ToString(),
                Model = fields.GetValueOrDefault("model").ToString(),
                Entries = entries,
                Bytes = bytes,
                OldestUse = null,
                NewestUse = null,
                Counts = new CacheCounts { MemoryHits = Number("memory_hits"), StoreHits = Number("store_hits"), Misses = Number("misses"), Corrupt = Number("corrupt") },
            };
        })];
    }

    /// <inheritdoc/>
    public long Clear(string? encoder)
    {
        var database = Database();
        return Keys(database, encoder ?? "*").Chunk(1000).Sum(keys => database.KeyDelete(keys));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was sent without waiting is given a moment to leave.
        if (_connection.IsCompletedSuccessfully)
        {
            var connection = _connection.Result;
            if (connection.IsConnected)
            {
                connection.GetDatabase().Execute("PING", [], CommandFlags.None);
            }

            connection.Dispose();
        }
    }

    private static RedisKey KeyOf(StoredKey key) => $"{Prefix}{key.Encoder[..16]}:{key.Key}";

    private (long Entries, long Bytes) Measure(IDatabase database, string encoder)
    {
        long entries = 0, bytes = 0;
        foreach (var keys in Keys(database, encoder).Chunk(500))
        {
            var batch = database.CreateBatch();
            Task<long>[] lengths = [.. keys.Select(key => batch.StringLengthAsync(key))];
            batch.Execute();
            Wait(Task.WhenAll(lengths));
            entries += keys.Length;
            bytes += lengths.Sum(static length => length.Result);
        }

        return (entries, bytes);
    }

    private static IEnumerable<RedisKey> Keys(IDatabase database, string encoder) =>
        database.Multiplexer.GetServers()[0].Keys(
            database.Database, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{(encoder == "*" ? "*" : encoder[..16])}:*"), pageSize: 1000);

    private IDatabase Database()
    {
        Wait(_connection);
        return _connection.Result.GetDatabase();
    }

    private void Wait(Task task)
    {
        try
        {
            if (!task.Wait(_timeout))
            {
                throw new TimeoutException("no answer in time");
            }
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }
}
