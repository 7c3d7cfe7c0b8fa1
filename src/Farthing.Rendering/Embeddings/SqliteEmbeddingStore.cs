using Dapper;
using Microsoft.Data.Sqlite;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Entries in a SQLite file of their own. Not in the ledger's: that one is small, flushed at every commit, backed up and never
/// loses a row; this one is large, may be deleted at any time, and must not hold the ledger's write lock.
/// </summary>
internal sealed class SqliteEmbeddingStore : IEmbeddingStore
{
    /// <summary>The file's name.</summary>
    public const string FileName = "embeddings.db";

    /// <summary>"FTEC": SQLite's own place to say whose file this is.</summary>
    private const int ApplicationId = 0x46544543;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS entries (
            key BLOB PRIMARY KEY, encoder TEXT NOT NULL, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used_at, bytes, encoder);
        CREATE TABLE IF NOT EXISTS encoders (
            encoder TEXT PRIMARY KEY, part TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '',
            memory_hits INTEGER NOT NULL DEFAULT 0, store_hits INTEGER NOT NULL DEFAULT 0,
            misses INTEGER NOT NULL DEFAULT 0, corrupt INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL);
        INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total);
        CREATE TRIGGER IF NOT EXISTS entries_in AFTER INSERT ON entries BEGIN UPDATE total SET bytes = bytes + NEW.bytes; END;
        CREATE TRIGGER IF NOT EXISTS entries_out AFTER DELETE ON entries BEGIN UPDATE total SET bytes = bytes - OLD.bytes; END;
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly long _limit;
    private readonly TimeSpan _ttl;
    private readonly TimeProvider _time;

    private SqliteEmbeddingStore(SqliteConnection connection, string path, long limit, TimeSpan ttl, TimeProvider time)
    {
        _connection = connection;
        Name = path;
        _limit = limit;
        _ttl = ttl;
        _time = time;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A use is written down only when the last one is older than this part of the lifetime.</summary>
    public static TimeSpan RefreshAfter(TimeSpan ttl) => ttl / 30;

    /// <summary>Opens or makes the file. A damaged one is put aside under another name: its entries can be made again.</summary>
    /// <param name="folder">Its folder, which is made where it is missing.</param>
    /// <param name="limit">Most bytes that entries take.</param>
    /// <param name="ttl">How long an unused entry is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="note">Hears what a person should know.</param>
    /// <exception cref="SqliteException">The file can't be used.</exception>
    /// <exception cref="IOException">The folder can't be used, or the file is another program's.</exception>
    public static SqliteEmbeddingStore Open(string folder, long limit, TimeSpan ttl, TimeProvider time, Action<string> note)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        try
        {
            return new SqliteEmbeddingStore(Connect(path), path, limit, ttl, time);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26)
        {
            // 11: malformed, 26: no database.
            File.Move(path, path + ".damaged", overwrite: true);
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            note($"{path} was damaged and is put aside as {FileName}.damaged; texts are encoded anew.");
            return new SqliteEmbeddingStore(Connect(path), path, limit, ttl, time);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<byte[]?> Find(IReadOnlyList<StoredKey> keys)
    {
        lock (_gate)
        {
            long now = Now(), dead = now - Milliseconds(_ttl), old = now - Milliseconds(RefreshAfter(_ttl));
            List<StoredKey> used = [];
            byte[]?[] found = new byte[]?[keys.Count];
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT value, used_at FROM entries WHERE key = $key AND used_at > $dead";
            command.Parameters.AddWithValue("$dead", dead);
            var key = command.Parameters.Add("$key", SqliteType.Blob);
            for (int i = 0; i < keys.Count; i++)
            {
                key.Value = keys[i].Key.ToArray();
                using var row = command.ExecuteReader();
                if (row.Read())
                {
                    found[i] = row.GetFieldValue<byte[]>(0);
                    if (row.GetInt64(1) <= old)
                    {
                        used.Add(keys[i]);
                    }
                }
            }

            Touch(used);
            return found;
        }
    }

    /// <inheritdoc/>
    public void Save(IReadOnlyList<(StoredKey Key, byte[] Bytes)> entries)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var (key, bytes) in entries)
            {
                var row = new { key = key.Key.ToArray(), encoder = key.Encoder, size = (long)bytes.Length, now = Now(), bytes };
                _connection.Execute("DELETE FROM entries WHERE key = @key", row, transaction);
                _connection.Execute("INSERT INTO entries (key, encoder, bytes, used_at, value) VALUES (@key, @encoder, @size, @now, @bytes)", row, transaction);
            }

            Sweep(transaction);
            transaction.Commit();
        }
    }

    /// <inheritdoc/>
    public void Touch(IReadOnlyList<StoredKey> keys)
    {
        if (keys.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _connection.Execute(
                "UPDATE entries SET used_at = @now WHERE key = @key", keys.Select(k => new { now = Now(), key = k.Key.ToArray() }), transaction);
            transaction.Commit();
        }
    }

    /// <inheritdoc/>
    public void Remove(StoredKey key)
    {
        lock (_gate)
        {
            _connection.Execute("DELETE FROM entries WHERE key = @key", new { key = key.Key.ToArray() });
        }
    }

    /// <inheritdoc/>
    public void Describe(string encoder, string part, string model)
    {
        lock (_gate)
        {
            _connection.Execute(
                """
                INSERT INTO encoders (encoder, part, model) VALUES (@encoder, @part, @model)
                ON CONFLICT (encoder) DO UPDATE SET part = @part, model = @model WHERE part <> @part OR model <> @model
                """,
                new { encoder, part, model });
        }
    }

    /// <inheritdoc/>
    public void Count(string encoder, CacheCounts counts)
    {
        lock (_gate)
        {
            _connection.Execute(
                """
                INSERT INTO encoders (encoder, memory_hits, store_hits, misses, corrupt) VALUES (@encoder, @MemoryHits, @StoreHits, @Misses, @Corrupt)
                ON CONFLICT (encoder) DO UPDATE SET memory_hits = memory_hits + @MemoryHits, store_hits = store_hits + @StoreHits,
                    misses = misses + @Misses, corrupt = corrupt + @Corrupt
                """,
                new { encoder, counts.MemoryHits, counts.StoreHits, counts.Misses, counts.Corrupt });
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<EncoderStatistics> Statistics()
    {
        lock (_gate)
        {
            return [.. _connection.Query<Row>(
                """
                SELECT e.encoder AS Encoder, part AS Part, model AS Model, memory_hits AS MemoryHits, store_hits AS StoreHits, misses AS Misses,
                    corrupt AS Corrupt, coalesce(n, 0) AS Entries, coalesce(size, 0) AS Bytes, oldest AS Oldest, newest AS Newest
                FROM (SELECT encoder FROM encoders UNION SELECT encoder FROM entries) AS e
                LEFT JOIN encoders USING (encoder)
                LEFT JOIN (SELECT encoder, count(*) AS n, sum(bytes) AS size, min(used_at) AS oldest, max(used_at) AS newest
                    FROM entries WHERE used_at > @dead GROUP BY encoder) USING (encoder)
                ORDER BY Model, Part, Encoder
                """,
                new { dead = Now() - Milliseconds(_ttl) }).Select(static row => row.ToStatistics())];
        }
    }

    /// <inheritdoc/>
    public long Clear(string? encoder)
    {
        lock (_gate)
        {
            long count = _connection.Execute("DELETE FROM entries WHERE @encoder IS NULL OR encoder = @encoder", new { encoder });
            _connection.Execute("VACUUM");
            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            SqliteConnection.ClearPool(_connection);
            _connection.Dispose();
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            long owner = connection.ExecuteScalar<long>("PRAGMA application_id");
            if (owner != ApplicationId && (owner != 0 || connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master") != 0))
            {
                throw new IOException($"{path} belongs to another program");
            }

            // A lost commit is a text encoded again: no need to wait for the disk.
            connection.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA application_id = {ApplicationId};");
            connection.Execute(Schema);
            return connection;
        }
        catch
        {
            SqliteConnection.ClearPool(connection);
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Removes what was not used for the lifetime and then, where entries take too much, the longest unused tenth.</summary>
    private void Sweep(SqliteTransaction transaction)
    {
        _connection.Execute("DELETE FROM entries WHERE used_at <= @dead", new { dead = Now() - Milliseconds(_ttl) }, transaction);
        long bytes = _connection.ExecuteScalar<long>("SELECT bytes FROM total", transaction: transaction);
        if (bytes <= _limit)
        {
            return;
        }

        _connection.Execute(
            """
            DELETE FROM entries WHERE key IN (
                SELECT key FROM (SELECT key, sum(bytes) OVER (ORDER BY used_at, key) - bytes AS before FROM entries) WHERE before < @excess)
            """,
            new { excess = bytes - (_limit * 9 / 10) },
            transaction);
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private sealed record Row
    {
        public string Encoder { get; init; } = "";

        public string? Part { get; init; }

        public string? Model { get; init; }

        public long? MemoryHits { get; init; }

        public long? StoreHits { get; init; }

        public long? Misses { get; init; }

        public long? Corrupt { get; init; }

        public long Entries { get; init; }

        public long Bytes { get; init; }

        public long? Oldest { get; init; }

        public long? Newest { get; init; }

        public EncoderStatistics ToStatistics() => new()
        {
            Encoder = Encoder,
            Part = Part ?? "",
            Model = Model ?? "",
            Entries = Entries,
            Bytes = Bytes,
            OldestUse = Oldest is { } oldest ? DateTimeOffset.FromUnixTimeMilliseconds(oldest) : null,
            NewestUse = Newest is { } newest ? DateTimeOffset.FromUnixTimeMilliseconds(newest) : null,
            Counts = new CacheCounts { MemoryHits = MemoryHits ?? 0, StoreHits = StoreHits ?? 0, Misses = Misses ?? 0, Corrupt = Corrupt ?? 0 },
        };
    }
}
