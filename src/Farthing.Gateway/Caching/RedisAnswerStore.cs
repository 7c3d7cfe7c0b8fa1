using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Farthing.Gateway.Configuration;
using StackExchange.Redis;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Answers on a Redis server: a key an answer, a key a meaning, each with a lifetime. A server with vector sets (Redis 8, Garnet) finds
/// the near ones itself; with an older one the meanings are read when the process begins, into the index in the process.
/// </summary>
public sealed class RedisAnswerStore : IAnswerStore
{
    private const string Answers = "farthing:gc1:a:";
    private const string Meanings = "farthing:gc1:m:";
    private const string Vectors = "farthing:gc1:v:";
    private const int DefaultPort = 6379;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly Task<ConnectionMultiplexer> _connection;
    private bool? _hasVectors;

    private RedisAnswerStore(string name, ConfigurationOptions options)
    {
        Name = name;
        _connection = ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Begins to connect and waits for nothing.</summary>
    /// <param name="address"><c>redis://user:password@host:6379/0</c>, or <c>rediss://</c> for TLS.</param>
    public static RedisAnswerStore Connect(Secret address)
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
        return new RedisAnswerStore(string.Create(CultureInfo.InvariantCulture, $"Redis at {url.Host}:{port}"), options);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(CacheKey key) => await (await DatabaseAsync()).StringGetAsync(Answers + key);

    /// <inheritdoc/>
    public async Task SaveAsync(IReadOnlyList<StoredAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var database = await DatabaseAsync();
        var hasVectors = await HasVectorsAsync();
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
            if (hasVectors && AnswerCodec.UnpackMeaning(answer.Meaning) is { } meaning)
            {
                var set = Vectors + meaning.Scope;
                sent.Add(database.ExecuteAsync("VADD", set, "FP32", Floats(meaning.Vector.Values), answer.Key.ToArray()));
                sent.Add(database.KeyExpireAsync(set, left, ExpireWhen.HasNoExpiry));
                sent.Add(database.KeyExpireAsync(set, left, ExpireWhen.GreaterThanCurrentExpiry));
            }
        }

        await Task.WhenAll(sent);
    }

    /// <inheritdoc/>
    public async Task LoadAsync(Action<CacheKey, DateTimeOffset, ReadOnlyMemory<byte>> found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        var database = await DatabaseAsync();
        if (await HasVectorsAsync())
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
        if (!await HasVectorsAsync())
        {
            return null;
        }

        var database = await DatabaseAsync();
        var set = Vectors + scope;
        var near = (RedisResult[]?)await database.ExecuteAsync("VSIM", set, "FP32", Floats(values.Span), "COUNT", count) ?? [];
        List<(CacheKey, byte[])> found = [];
        foreach (var element in near)
        {
            if ((byte[]?)element is not { Length: CacheKey.Size } hash)
            {
                continue;
            }

            var key = CacheKey.FromHash(hash);
            if ((byte[]?)await database.StringGetAsync(Meanings + key) is { } meaning)
            {
                found.Add((key, meaning));
            }
            else
            {
                // Its lifetime is over: elements of a set have none of their own.
                await database.ExecuteAsync("VREM", set, hash);
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
    }

    private static byte[] Floats(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>Asked once; a server that can't answer is asked again.</summary>
    private async ValueTask<bool> HasVectorsAsync()
    {
        if (_hasVectors is { } known)
        {
            return known;
        }

        try
        {
            await (await DatabaseAsync()).ExecuteAsync("VCARD", Vectors + "none");
            _hasVectors = true;
        }
        catch (RedisServerException error) when (error.Message.Contains("unknown command", StringComparison.OrdinalIgnoreCase))
        {
            _hasVectors = false;
        }

        return _hasVectors.Value;
    }

    private async ValueTask<IDatabase> DatabaseAsync() => (await _connection.WaitAsync(Patience)).GetDatabase();
}
