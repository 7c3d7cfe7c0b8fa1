using Farthing.Rendering.Embeddings;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class EmbeddingCacheTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeEncoders _encoders = new();

    [Theory]
    [InlineData(EmbeddingStorage.Fp16)]
    [InlineData(EmbeddingStorage.Fp32)]
    internal void A_hit_is_what_encoding_gave_whether_from_memory_or_the_file(EmbeddingStorage storage)
    {
        var options = new EmbeddingOptions { Storage = storage };
        float[] exact = FakeEncoders.Exact("on sand the sea");
        using (var cache = Open(options))
        {
            var model = new ModelEmbeddings(cache, _encoders);
            var first = model.Find(["on sand the sea"], 1)[0];
            var second = model.Find(["on sand the sea"], 1)[0];

            Assert.Equal(first.Prompt.States, second.Prompt.States);
            Assert.Equal(first.Prompt.Pooled, second.Prompt.Pooled);
            Assert.All(first.Prompt.States.Zip(exact), p => Assert.Equal(storage == EmbeddingStorage.Fp32 ? p.Second : (float)(Half)p.Second, p.First));
            Assert.Empty(first.Saved);
            Assert.Equal(["text_encoder", "text_encoder_3"], second.Saved.Select(s => s.Encoder));
        }

        using var later = Open(options);
        var found = new ModelEmbeddings(later, _encoders).Find(["ON  Sand the sea"], 1)[0];
        Assert.All(found.Prompt.States.Zip(exact), p => Assert.Equal(storage == EmbeddingStorage.Fp32 ? p.Second : (float)(Half)p.Second, p.First));
        Assert.Equal(2, _encoders.Runs);
    }

    [Fact]
    public void Other_files_of_a_model_and_another_storage_never_find_an_entry()
    {
        using (var cache = Open())
        {
            new ModelEmbeddings(cache, _encoders).Find(["on sand"], 1);
        }

        using var same = Open(new EmbeddingOptions { Storage = EmbeddingStorage.Fp32 });
        var changed = new FakeEncoders("b");
        Assert.Empty(new ModelEmbeddings(same, _encoders).Find(["on sand"], 1)[0].Saved);
        Assert.Empty(new ModelEmbeddings(same, changed).Find(["on sand"], 1)[0].Saved);
        Assert.Equal((4, 2), (_encoders.Runs, changed.Runs));
    }

    [Fact]
    public void A_truncation_is_told_of_a_hit_too()
    {
        using var cache = Open();
        var model = new ModelEmbeddings(cache, _encoders);
        var first = model.Find(["a b c d e f g h"], 1)[0].Prompt.Truncations;
        var second = model.Find(["a b c d e f g h"], 1)[0].Prompt.Truncations;

        Assert.Equal(first, second);
        Assert.Equal(["g h", "e f g h"], second.Select(t => t.TextCut));
    }

    [Fact]
    public async Task A_text_that_a_hundred_ask_for_at_once_is_encoded_once()
    {
        using var cache = Open();
        var model = new ModelEmbeddings(cache, _encoders);
        using var go = new ManualResetEventSlim();
        _encoders.Running = () => go.Wait(TestContext.Current.CancellationToken);
        var asking = Enumerable.Range(0, 100).Select(_ => Task.Factory.StartNew(
            () => model.Find(["on sand", "on snow"], 1), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        go.Set();
        var found = await Task.WhenAll(asking);

        Assert.Equal(2, _encoders.Runs);
        Assert.Equal(4, _encoders.Texts);
        Assert.All(found, f => Assert.Equal(found[0][1].Prompt.States, f[1].Prompt.States));
        Assert.Empty(cache.Flights);
        Assert.Equal(400, model.Counts.Lookups);
        Assert.Equal(4, model.Counts.Misses);
    }

    [Fact]
    public async Task Who_waits_for_one_that_fails_encodes_for_himself()
    {
        using var cache = Open();
        var model = new ModelEmbeddings(cache, _encoders);
        var first = model.Begin(["on sand"]);
        var waiting = Task.Run(() => model.Find(["on sand"], 1), TestContext.Current.CancellationToken);
        first.Dispose();

        Assert.Equal(10, (await waiting)[0].Prompt.Sequence);
        Assert.Empty(cache.Flights);
    }

    [Fact]
    public void A_text_twice_in_a_batch_is_encoded_once_and_saves_what_the_first_cost()
    {
        using var cache = Open();
        var model = new ModelEmbeddings(cache, _encoders);
        _encoders.Running = () => _time.Advance(TimeSpan.FromMicroseconds(500));
        var found = model.Find(["on sand", "on snow", "on sand"], 2);

        Assert.Equal(4, _encoders.Texts);
        Assert.Empty(found[0].Saved);
        Assert.Equal([500L, 500L], found[2].Saved.Select(s => s.Cost.CoreMicroseconds));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(200)]
    public void A_damaged_entry_is_counted_encoded_again_and_replaced(int at)
    {
        using (var cache = Open())
        {
            new ModelEmbeddings(cache, _encoders).Find(["on sand"], 1);
        }

        using (var file = OpenStore())
        {
            foreach (var key in Keys("on sand"))
            {
                byte[] bytes = file.Find([key])[0]!;
                bytes[at % bytes.Length] ^= 0x10;
                file.Save([(key, bytes)]);
            }
        }

        AssertMended(corrupt: 2);
    }

    [Fact]
    public void An_entry_of_another_text_under_a_key_is_not_used()
    {
        using (var cache = Open())
        {
            new ModelEmbeddings(cache, _encoders).Find(["on sand", "on snow"], 1);
        }

        using (var file = OpenStore())
        {
            foreach (var (key, other) in Keys("on sand").Zip(Keys("on snow")))
            {
                file.Save([(key, file.Find([other])[0]!)]);
            }
        }

        AssertMended(corrupt: 2);
    }

    [Fact]
    public void What_is_no_numbers_is_given_once_and_never_kept()
    {
        using var cache = Open();
        var model = new ModelEmbeddings(cache, new NanEncoders(_encoders));

        Assert.Contains(model.Find(["on sand"], 1)[0].Prompt.States, float.IsNaN);
        model.Find(["on sand"], 1);
        Assert.Equal(0, model.Counts.MemoryHits);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertMended(int corrupt)
    {
        float[] rounded = [.. FakeEncoders.Exact("on sand").Select(v => (float)(Half)v)];
        for (int start = 0; start < 2; start++)
        {
            using var cache = Open();
            var model = new ModelEmbeddings(cache, _encoders);

            Assert.Equal(rounded, model.Find(["on sand"], 1)[0].Prompt.States);
            Assert.Equal(start == 0 ? corrupt : 0, model.Counts.Corrupt);
            Assert.Equal(start == 0 ? corrupt : 0, model.Counts.Misses);
        }
    }

    private EmbeddingCache Open(EmbeddingOptions? options = null) => EmbeddingCache.Open(options ?? new EmbeddingOptions(), _folder.FullName, _time)!;

    private SqliteEmbeddingStore OpenStore() =>
        SqliteEmbeddingStore.Open(_folder.FullName, 1 << 30, TimeSpan.FromDays(30), _time, Assert.Fail);

    private IEnumerable<StoredKey> Keys(string text) => _encoders.Tokenize(text).Select((t, i) => new StoredKey(
        _encoders.Identities[i], EntryKey.Of(Convert.FromHexString(_encoders.Identities[i]), EmbeddingStorage.Fp16, t.Ids)));

    private sealed class NanEncoders(FakeEncoders inner) : ITextEncoders
    {
        public IReadOnlyList<Farthing.Diffusion.Pipelines.TextEncoderInfo> Encoders => inner.Encoders;

        public IReadOnlyList<string> Identities => inner.Identities;

        public string Model => inner.Model;

        public IReadOnlyList<Farthing.Diffusion.Tokenizers.TokenIds> Tokenize(string text) => inner.Tokenize(text);

        public Farthing.Diffusion.Pipelines.TextStates[] Encode(int encoder, IReadOnlyList<Farthing.Diffusion.Tokenizers.TokenIds> texts) =>
            [.. inner.Encode(encoder, texts).Select(s => s with { States = [float.NaN, .. s.States.Skip(1)] })];

        public IReadOnlyList<Farthing.Diffusion.Pipelines.PromptTruncation> Truncations(IReadOnlyList<Farthing.Diffusion.Tokenizers.TokenIds> tokens) => inner.Truncations(tokens);
    }
}
