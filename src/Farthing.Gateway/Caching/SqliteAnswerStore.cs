using Dapper;
using Microsoft.Data.Sqlite;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Answers in a SQLite file of their own beside the ledger: it is large, may be deleted at any time, and never holds the ledger's lock.
/// It has prompts and answers, so that only its owner may read it.
/// </summary>
public sealed class SqliteAnswerStore : IAnswerStore
{
    /// <summary>The file's name.</summary>
    public const string FileName = "gateway-cache.db";

    /// <summary>"FGAC": SQLite's own place to say whose file this is.</summary>
    private const int ApplicationId = 0x46474143;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS answers (
            key BLOB PRIMARY KEY, at INTEGER NOT NULL, until INTEGER NOT NULL, bytes INTEGER NOT NULL, meaning BLOB, value BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS answers_by_end ON answers (until);
        CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at);
        CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total);
        CREATE TRIGGER IF NOT EXISTS answers_in AFTER INSERT ON answers BEGIN UPDATE total SET bytes = bytes + NEW.bytes; END;
        CREATE TRIGGER IF NOT EXISTS answers_out AFTER DELETE ON answers BEGIN UPDATE total SET bytes = bytes - OLD.bytes; END;
        """;

    // So many rows at most are removed in one transaction.
    private const int SweptRows = 100;

    // Look-ups have a connection of their own: in SQLite's WAL mode they wait for no writer.
    private readonly Lock _gate = new(), _readGate = new();
    private readonly SqliteConnection _connection, _reading;
    private readonly string _path;
    private readonly long _limit;
    private readonly TimeProvider _time;

    private SqliteAnswerStore(string path, long limit, TimeProvider time)
    {
        (_path, _limit, _time) = (path, limit, time);
        _connection = Connect(path);
        try
        {
            _reading = Connect(path);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => _path;

    /// <summary>Opens or makes the file. A damaged one is put aside under another name: its answers can be had again.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="limit">Most bytes of answers.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SqliteException">The file can't be used.</exception>
    /// <exception cref="IOException">The folder can't be used, or the file is another program's.</exception>
    public static SqliteAnswerStore Open(string folder, long limit, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        try
        {
            return new SqliteAnswerStore(path, limit, time);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is 11 or 26)
        {
            // 11: malformed, 26: no database.
            File.Move(path, path + ".damaged", overwrite: true);
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            return new SqliteAnswerStore(path, limit, time);
        }
    }

    /// <summary>What a folder's file has, read without changing it; null where there is none yet.</summary>
    /// <exception cref="SqliteException">The file can't be read.</exception>
    public static AnswerFigures? Look(string folder, DateTimeOffset now)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        var (entries, bytes, meanings, oldest, newest) = connection.QuerySingle<(long, long, long, long?, long?)>(
            "SELECT count(*), coalesce(sum(bytes), 0), count(meaning), min(at), max(at) FROM answers WHERE until > @now", new { now = now.ToUnixTimeMilliseconds() });

        // A file that an earlier version made has none until this one writes it.
        var isCounted = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'counts'") > 0;
        var counts = isCounted ? connection.Query<(string Name, long Count)>("SELECT name, count FROM counts") : [];
        return new AnswerFigures(path, entries, bytes, meanings, counts.ToDictionary(static row => row.Name, static row => row.Count))
        {
            Oldest = oldest is { } first ? DateTimeOffset.FromUnixTimeMilliseconds(first) : null,
            Newest = newest is { } last ? DateTimeOffset.FromUnixTimeMilliseconds(last) : null,
        };
    }

    /// <summary>Whether a folder's file can be written, or made; a damaged one would be put aside.</summary>
    /// <exception cref="SqliteException">It can't.</exception>
    /// <exception cref="IOException">A folder is in its place, or the file is another program's.</exception>
    public static void Probe(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder.");
        }

        if (File.Exists(path))
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 1000");
            _ = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
            RefuseForeign(connection, path);

            // SQLite begins to write a file that it may only read, and refuses what is written.
            connection.Execute("BEGIN IMMEDIATE; CREATE TABLE doctor (x); ROLLBACK");
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> FindAsync(CacheKey key)
    {
        lock (_readGate)
        {
            return ValueTask.FromResult(_reading.ExecuteScalar<byte[]?>(
                "SELECT value FROM answers WHERE key = @key AND until > @now", new { key = key.ToArray(), now = Now() }));
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(IReadOnlyList<StoredAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var answer in answers)
            {
                var row = new
                {
                    key = answer.Key.ToArray(),
                    at = answer.At.ToUnixTimeMilliseconds(),
                    until = answer.Until.ToUnixTimeMilliseconds(),
                    bytes = answer.Size,
                    meaning = answer.Meaning,
                    value = answer.Value,
                };
                _connection.Execute("DELETE FROM answers WHERE key = @key", row, transaction);
                _connection.Execute("INSERT INTO answers (key, at, until, bytes, meaning, value) VALUES (@key, @at, @until, @bytes, @meaning, @value)", row, transaction);
            }

            transaction.Commit();
            Sweep();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AddCountsAsync(IReadOnlyDictionary<string, long> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _connection.Execute(
                "INSERT INTO counts (name, count) VALUES (@name, @count) ON CONFLICT (name) DO UPDATE SET count = count + excluded.count",
                counts.Select(static pair => new { name = pair.Key, count = pair.Value }),
                transaction);
            transaction.Commit();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task LoadAsync(Action<CacheKey, DateTimeOffset, ReadOnlyMemory<byte>> found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);

        // A connection of its own, so that nobody waits for it.
        using var connection = Connect(_path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, until, meaning FROM answers WHERE meaning IS NOT NULL AND until > $now ORDER BY at";
        command.Parameters.AddWithValue("$now", Now());
        using var rows = command.ExecuteReader();
        while (rows.Read() && !cancellationToken.IsCancellationRequested)
        {
            found(CacheKey.FromHash(rows.GetFieldValue<byte[]>(0)), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1)), rows.GetFieldValue<byte[]>(2));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<(CacheKey Key, byte[] Meaning)>?> NearestAsync(CacheKey scope, ReadOnlyMemory<float> values, int count) => new((IReadOnlyList<(CacheKey, byte[])>?)null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _connection.Dispose();
        }

        lock (_readGate)
        {
            _reading.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static SqliteConnection Connect(string path)
    {
        if (!File.Exists(path) && !OperatingSystem.IsWindows())
        {
            using var made = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();

            // What a power cut loses is asked for again, so nothing waits for the disk.
            connection.Execute("PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
            RefuseForeign(connection, path);
            connection.Execute($"PRAGMA application_id = {ApplicationId};" + Schema);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void RefuseForeign(SqliteConnection connection, string path)
    {
        var owner = connection.ExecuteScalar<int>("PRAGMA application_id");
        if (owner != ApplicationId && (owner != 0 || connection.ExecuteScalar<int>("SELECT count(*) FROM sqlite_master") > 0))
        {
            throw new IOException($"{path} is another program's file: move it away, or name another folder with --data.");
        }
    }

    /// <summary>Removes what has ended, and where the file is full the oldest, down to nine tenths; some rows at a time, so that nothing takes long.</summary>
    private void Sweep()
    {
        while (_connection.Execute("DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE until <= @now LIMIT @rows)", new { now = Now(), rows = SweptRows }) == SweptRows)
        {
            // There is more.
        }

        var bytes = _connection.ExecuteScalar<long>("SELECT bytes FROM total");
        var excess = bytes > _limit ? bytes - (_limit / 10 * 9) : 0;
        while (excess > 0)
        {
            List<byte[]> oldest = [];
            foreach (var (key, size) in _connection.Query<(byte[], long)>("SELECT key, bytes FROM answers ORDER BY at, key LIMIT @rows", new { rows = SweptRows }))
            {
                if (excess > 0)
                {
                    oldest.Add(key);
                    excess -= size;
                }
            }

            if (_connection.Execute("DELETE FROM answers WHERE key IN @oldest", new { oldest }) == 0)
            {
                return;
            }
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
