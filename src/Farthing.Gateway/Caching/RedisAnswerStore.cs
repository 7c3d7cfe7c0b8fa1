using System.Globalization;
using System.Net;
using Farthing.Gateway.Configuration;
using StackExchange.Redis;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Answers on a Redis server: a key an answer, a key a meaning, each with a lifetime. A server with vector sets (Redis 8, Garnet) finds
/// the near ones itself (<see cref="RedisVectorSets"/>); with an older one the meanings are read when the process begins, into the index in the process,
/// which also serves until it is known what the server has.
/// </summary>
public sealed class RedisAnswerStore : IAnswerStore
{
    private const string Answers = "farthing:gc1:a:";
    private const string Meanings = "farthing:gc1:m:";
    private const string Counted = "farthing:gc1:counts";
    private const string Tried = "farthing:gc1:doctor";
    private const int DefaultPort = 6379;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // For what no call waits for: the first element of a vector set takes Garnet some seconds.
    private static readonly TimeSpan PatienceBehind = TimeSpan.FromSeconds(15);

    private const int ReachMilliseconds = 3000;
    private const int Together = 500;
    private readonly Task<ConnectionMultiplexer> _connection;
    private readonly RedisVectorSets _vectors;

    private RedisAnswerStore(string name, ConfigurationOptions options)
    {
        Name = name;
        var behind = options.Clone();
        behind.AsyncTimeout = (int)PatienceBehind.TotalMilliseconds;
        _connection = ConnectionMultiplexer.ConnectAsync(options);
        _vectors = new RedisVectorSets(() => ConnectionMultiplexer.ConnectAsync(behind), Patience);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Begins to connect and waits for nothing.</summary>
    /// <param name="address"><c>redis://user:password@host:6379/0</c>, or <c>rediss://</c> for TLS.</param>
    public static RedisAnswerStore Connect(Secret address)
    {
        var options = OptionsOf(address);
        var place = (DnsEndPoint)options.EndPoints[0];
        return new RedisAnswerStore(string.Create(CultureInfo.InvariantCulture, $"Redis at {place.Host}:{place.Port}"), options);
    }

    private static ConfigurationOptions OptionsOf(Secret address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var url = new Uri(address.Reveal());
        var user = url.UserInfo.Split(':', 2);
        var port = url.Port > 0 ? url.Port : DefaultPort;
        var milliseconds = (int)Patience.TotalMilliseconds;
        var options = new ConfigurationOptions
        {
            User = user.Length == 2 && user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = url.UserInfo.Length > 0 ? Uri.UnescapeDataString(user[^1]) : null,
            Ssl = url.Scheme == "rediss",
            DefaultDatabase = int.TryParse(url.AbsolutePath.Trim('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var database) ? database : 0,
            ClientName = "farthing-gateway",
            AbortOnConnectFail = false,
            ConnectRetry = 1,
            ConnectTimeout = milliseconds,
            SyncTimeout = milliseconds,
            AsyncTimeout = milliseconds,

            // A server that is down is a miss at once, not a queue.
            BacklogPolicy = BacklogPolicy.FailFast,
            IncludeDetailInExceptions = false,
        };
        options.EndPoints.Add(new DnsEndPoint(url.Host, port));
        return options;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(CacheKey key) => await (await DatabaseAsync()).StringGetAsync(Answers + key);

    /// <inheritdoc/>
    public async Task SaveAsync(IReadOnlyList<StoredAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var database = await DatabaseAsync();
        List<Task> sent = [];
        foreach (var answer in answers)
        {
            var left = answer.Until - answer.At;
            sent.Add(database.StringSetAsync(Answers + answer.Key, answer.Value, left));
            if (answer.Meaning is null)
            {
                continue;
            }

            sent.Add(database.StringSetAsync(Meanings + answer.Key, answer.Meaning, left));
        }

        await Task.WhenAll(sent);
        if (!answers.Any(static answer => answer.Meaning is not null) || !await _vectors.AreThereAsync())
        {
            return;
        }

        // After what they find: a search that finds an element whose answer is missing takes it out.
        await Task.WhenAll(answers
            .Where(static answer => answer.Meaning is not null)
            .Select(static answer => (Answer: answer, Meaning: AnswerCodec.UnpackMeaning(answer.Meaning!)))
            .Where(static pair => pair.Meaning is not null)
            .Select(pair => _vectors.AddAsync(pair.Meaning!.Scope, pair.Meaning.Vector.Values, pair.Answer.Key, pair.Answer.Until - pair.Answer.At)));
    }

    /// <inheritdoc/>
    public async Task AddCountsAsync(IReadOnlyDictionary<string, long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var database = await DatabaseAsync();
        await Task.WhenAll(counts.Select(pair => database.HashIncrementAsync(Counted, pair.Key, pair.Value)));
    }

    /// <summary>What the server has. It asks for every key, some thousands a second: for a person, not for a call.</summary>
    /// <exception cref="RedisException">The server can't be asked.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task<AnswerFigures> LookAsync(CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync();
        var (entries, answers) = await SizesAsync(database, Answers, cancellationToken);
        var (meanings, embeddings) = await SizesAsync(database, Meanings, cancellationToken);
        var counts = await database.HashGetAllAsync(Counted);
        return new AnswerFigures(
            Name, entries, answers + embeddings, meanings, counts.ToDictionary(static pair => pair.Name.ToString(), static pair => (long)pair.Value));
    }

    /// <summary>Asks the server whether it is there and can be written. The key that is written for this ends after a second.</summary>
    /// <returns>Whether it has vector sets.</returns>
    /// <exception cref="RedisException">It is not there, does not let this user in, or takes nothing.</exception>
    /// <exception cref="RedisCommandException">It has not the database that the address names, or is a replica.</exception>
    public static bool Reach(Secret address)
    {
        var options = OptionsOf(address);
        options.AbortOnConnectFail = true;
        (options.ConnectTimeout, options.SyncTimeout) = (ReachMilliseconds, ReachMilliseconds);
        using var connection = ConnectionMultiplexer.Connect(options);
        var database = connection.GetDatabase();
        database.Ping();
        if (Array.TrueForAll(connection.GetServers(), static server => server.IsReplica))
        {
            throw new RedisCommandException("it is a replica, which can only be read.");
        }

        database.StringSet(Tried, Tried, TimeSpan.FromSeconds(1));
        try
        {
            database.Execute("VCARD", Meanings + "none");
            return true;
        }
        catch (RedisServerException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task LoadAsync(Action<CacheKey, DateTimeOffset, ReadOnlyMemory<byte>> found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        var database = await DatabaseAsync();
        if (await _vectors.AreThereAsync().WaitAsync(cancellationToken))
        {
            return;
        }

        var server = database.Multiplexer.GetServers()[0];
        await foreach (var key in server.KeysAsync(database.Database, Meanings + "*", pageSize: 1000).WithCancellation(cancellationToken))
        {
            var (bytes, left) = await database.StringGetWithExpiryAsync(key) is { Value.IsNull: false } value ? ((byte[])value.Value!, value.Expiry) : ([], null);
            if (bytes.Length > 0 && Convert.FromHexString(key.ToString()[Meanings.Length..]) is { Length: CacheKey.Size } hash)
            {
                // The server's own lifetime is what counts; the index learns of an end by not finding the answer.
                found(CacheKey.FromHash(hash), DateTimeOffset.MaxValue - TimeSpan.FromDays(1), bytes);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<(CacheKey Key, byte[] Meaning)>?> NearestAsync(CacheKey scope, ReadOnlyMemory<float> values, int count)
    {
        if (_vectors.Known is not true)
        {
            return null;
        }

        var database = await DatabaseAsync();
        List<(CacheKey, byte[])> found = [];
        IReadOnlyList<CacheKey> near;
        try
        {
            near = await _vectors.NearestAsync(scope, values, count);
        }
        catch (TimeoutException)
        {
            // It may be adding its first element, which takes Garnet some seconds: what this process knows itself must do.
            return null;
        }

        foreach (var key in near)
        {
            if ((byte[]?)await database.StringGetAsync(Meanings + key) is { } meaning)
            {
                found.Add((key, meaning));
            }
            else
            {
                await _vectors.RemoveAsync(scope, key);
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsCompletedSuccessfully)
        {
            await _connection.Result.DisposeAsync();
        }

        await _vectors.DisposeAsync();
    }

    private static async Task<(long Count, long Bytes)> SizesAsync(IDatabase database, string prefix, CancellationToken cancellationToken)
    {
        long count = 0, bytes = 0;
        await foreach (var keys in database.Multiplexer.GetServers()[0].KeysAsync(database.Database, prefix + "*", pageSize: 1000).Chunk(Together).WithCancellation(cancellationToken))
        {
            // One that ends meanwhile has no length, and counts no more.
            var lengths = await Task.WhenAll(keys.Select(key => database.StringLengthAsync(key)));
            (count, bytes) = (count + lengths.Count(static length => length > 0), bytes + lengths.Sum());
        }

        return (count, bytes);
    }

    private async ValueTask<IDatabase> DatabaseAsync() => (await _connection.WaitAsync(Patience)).GetDatabase();
}
