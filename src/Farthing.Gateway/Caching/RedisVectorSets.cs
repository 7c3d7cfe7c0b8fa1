using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Farthing.Gateway.Caching;

/// <summary>
/// The vector sets of a Redis server (Redis 8; Garnet with <c>--enable-vector-set-preview</c>): a set a scope, an element an answer. It has
/// a connection of its own, so that a server that is slow at adding holds up no answer on the other one.
/// </summary>
/// <param name="connect">Connects.</param>
/// <param name="patience">How long a search may take.</param>
internal sealed class RedisVectorSets(Func<Task<ConnectionMultiplexer>> connect, TimeSpan patience) : IAsyncDisposable
{
    private const string Sets = "farthing:gc1:v:";
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connection;
    private Task<bool>? _question;

    /// <summary>Whether the server has them; null where that is not known yet.</summary>
    public bool? Known => _question is { IsCompletedSuccessfully: true } question ? question.Result : null;

    /// <summary>
    /// Asks for them, once, by a question that changes nothing: Garnet 2.2 once aborted at a set of 384 dimensions after one of 2, made
    /// for a trial, was removed, so nothing is made and removed here.
    /// </summary>
    /// <exception cref="RedisException">The server can't be asked now; it is asked again the next time.</exception>
    public async Task<bool> AreThereAsync()
    {
        Task<bool> question;
        lock (_gate)
        {
            question = _question is null or { IsFaulted: true } or { IsCanceled: true } ? _question = AskAsync() : _question;
        }

        return await question;
    }

    /// <summary>Adds an element; the set lives as long as the one of them that ends last.</summary>
    public async Task AddAsync(CacheKey scope, float[] values, CacheKey key, TimeSpan left)
    {
        RedisKey set = Sets + scope;
        var database = await DatabaseAsync();
        await Task.WhenAll(
            database.ExecuteAsync("VADD", set, "FP32", Floats(values), key.ToArray()),
            database.KeyExpireAsync(set, left, ExpireWhen.HasNoExpiry),
            database.KeyExpireAsync(set, left, ExpireWhen.GreaterThanCurrentExpiry));
    }

    /// <summary>Elements near an embedding, the nearest first as the server sees it.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<IReadOnlyList<CacheKey>> NearestAsync(CacheKey scope, ReadOnlyMemory<float> values, int count)
    {
        var database = await DatabaseAsync();
        var near = (RedisResult[]?)await database.ExecuteAsync("VSIM", (RedisKey)(Sets + scope), "FP32", Floats(values.Span), "COUNT", count).WaitAsync(patience) ?? [];
        return [.. near.Select(static element => (byte[]?)element).Where(static hash => hash is { Length: CacheKey.Size }).Select(static hash => CacheKey.FromHash(hash))];
    }

    /// <summary>Takes an element out whose answer is no more: elements have no lifetime of their own.</summary>
    public async Task RemoveAsync(CacheKey scope, CacheKey key) =>
        await (await DatabaseAsync()).ExecuteAsync("VREM", (RedisKey)(Sets + scope), key.ToArray());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsCompletedSuccessfully: true })
        {
            await _connection.Result.DisposeAsync();
        }
    }

    private static byte[] Floats(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();

    private async Task<bool> AskAsync()
    {
        var database = await DatabaseAsync();
        try
        {
            await database.ExecuteAsync("VCARD", (RedisKey)(Sets + "none"));
            return true;
        }
        catch (RedisServerException error) when (IsWithout(error.Message))
        {
            return false;
        }
    }

    // Redis before 8; Garnet without its option; a user who may not.
    private static bool IsWithout(string message) =>
        message.Contains("unknown command", StringComparison.OrdinalIgnoreCase)
        || message.Contains("not enabled", StringComparison.OrdinalIgnoreCase)
        || message.StartsWith("NOPERM", StringComparison.Ordinal);

    private async ValueTask<IDatabase> DatabaseAsync()
    {
        Task<ConnectionMultiplexer> connection;
        lock (_gate)
        {
            connection = _connection is null or { IsFaulted: true } ? _connection = connect() : _connection;
        }

        return (await connection).GetDatabase();
    }
}
