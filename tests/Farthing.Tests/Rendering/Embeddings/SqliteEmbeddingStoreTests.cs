using Farthing.Rendering.Embeddings;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class SqliteEmbeddingStoreTests : IDisposable
{
    private static readonly string Encoder = new('e', 64);

    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void An_entry_lives_a_lifetime_after_its_last_use()
    {
        using var store = Open();
        store.Save([(KeyOf(1), [1]), (KeyOf(2), [2])]);
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromDays(20));
            Assert.NotNull(store.Find([KeyOf(1)])[0]);
        }

        Assert.Null(store.Find([KeyOf(2)])[0]);
        store.Save([(KeyOf(3), [3])]);
        Assert.Equal(2, store.Statistics().Single().Entries);
    }

    [Fact]
    public void Beyond_its_bound_the_longest_unused_go()
    {
        using var store = Open(limit: 10_000);
        for (int i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromDays(0.3));
            store.Save([(KeyOf(i), new byte[1000])]);
            store.Touch([KeyOf(0)]);
            Assert.InRange(store.Statistics().Single().Bytes, 1000, 10_000);
        }

        Assert.NotNull(store.Find([KeyOf(0)])[0]);
        Assert.NotNull(store.Find([KeyOf(39)])[0]);
        Assert.Null(store.Find([KeyOf(1)])[0]);
    }

    [Fact]
    public void A_damaged_file_is_put_aside_and_another_programs_file_left_alone()
    {
        string path = Path.Combine(_folder.FullName, SqliteEmbeddingStore.FileName);
        File.WriteAllText(path, new string('x', 5000));
        List<string> notes = [];
        using (var store = Open(note: notes.Add))
        {
            store.Save([(KeyOf(1), [1])]);
        }

        Assert.Contains("damaged", Assert.Single(notes), StringComparison.Ordinal);
        Assert.True(File.Exists(path + ".damaged"));

        File.Delete(path);
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x)";
            command.ExecuteNonQuery();
        }

        using var cache = EmbeddingCache.Open(new EmbeddingOptions(), _folder.FullName, _time)!;
        Assert.Contains("belongs to another program", Assert.Single(cache.TakeWarnings()), StringComparison.Ordinal);
        Assert.Equal(10, new ModelEmbeddings(cache, new FakeEncoders()).Find(["on sand"], 1)[0].Prompt.Sequence);
    }

    [Fact]
    public void Counters_add_up_over_processes()
    {
        for (int i = 0; i < 2; i++)
        {
            using var store = Open();
            store.Describe(Encoder, "text_encoder", "/models/demo");
            store.Count(Encoder, new CacheCounts { MemoryHits = 3, StoreHits = 2, Misses = 1, Corrupt = 1 });
        }

        using var last = Open();
        var row = last.Statistics().Single();
        Assert.Equal(("text_encoder", "/models/demo"), (row.Part, row.Model));
        Assert.Equal(new CacheCounts { MemoryHits = 6, StoreHits = 4, Misses = 2, Corrupt = 2 }, row.Counts);
    }

    [Fact]
    public void Clearing_leaves_nothing_and_the_bound_at_zero()
    {
        using var store = Open(limit: 3000);
        store.Save([(KeyOf(1), new byte[1000]), (KeyOf(2), new byte[1000])]);
        Assert.Equal(2, store.Clear(null));
        store.Save([(KeyOf(3), new byte[1000]), (KeyOf(4), new byte[1000])]);
        Assert.Equal(2, store.Statistics().Single().Entries);
    }

    public void Dispose() => _folder.Dispose();

    private SqliteEmbeddingStore Open(long limit = 1 << 20, Action<string>? note = null) =>
        SqliteEmbeddingStore.Open(_folder.FullName, limit, TimeSpan.FromDays(30), _time, note ?? Assert.Fail);

    private static StoredKey KeyOf(int n) => new(Encoder, EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, [n]));
}
