using CsCheck;
using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Embeddings;

namespace Farthing.Tests.Rendering.Embeddings;

public sealed class MemoryTierTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public void It_never_takes_more_than_its_bound() =>
        Gen.Select(Gen.Int[0, 200], Gen.Int[0, 60]).Array[1, 400].Sample(uses =>
        {
            var tier = new MemoryTier(40_000, Month, typicalEntry: 500);
            foreach (var (key, rows) in uses)
            {
                if (tier.Find(KeyOf(key), Noon, Month, out _) is null)
                {
                    tier.Add(KeyOf(key), Entry(rows), Noon);
                }

                Assert.InRange(tier.Bytes, 0, tier.Limit);
            }
        });

    [Fact]
    public void A_bound_of_nothing_keeps_nothing()
    {
        var tier = new MemoryTier(0, Month);
        tier.Add(KeyOf(1), Entry(1), Noon);

        Assert.Equal((0, 0L), (tier.Count, tier.Bytes));
    }

    [Fact]
    public void A_favourite_outlives_a_flood_of_texts_that_are_asked_for_once()
    {
        var tier = new MemoryTier(50_000, Month, typicalEntry: 500);
        for (int i = 0; i < 3000; i++)
        {
            Use(tier, i % 20);
            Use(tier, 1000 + i);
        }

        Assert.All(Enumerable.Range(0, 20), key => Assert.NotNull(tier.Find(KeyOf(key), Noon, Month, out _)));
    }

    [Fact]
    public void An_entry_goes_a_lifetime_after_its_last_use_and_asks_to_be_told_of()
    {
        var tier = new MemoryTier(50_000, Month);
        tier.Add(KeyOf(1), Entry(1), Noon);

        Assert.NotNull(tier.Find(KeyOf(1), Noon + TimeSpan.FromDays(29), TimeSpan.FromDays(1), out bool stale));
        Assert.True(stale);
        Assert.NotNull(tier.Find(KeyOf(1), Noon + TimeSpan.FromDays(29), TimeSpan.FromDays(1), out stale));
        Assert.False(stale);
        Assert.NotNull(tier.Find(KeyOf(1), Noon + TimeSpan.FromDays(58), TimeSpan.FromDays(1), out _));
        Assert.Null(tier.Find(KeyOf(1), Noon + TimeSpan.FromDays(88), TimeSpan.FromDays(1), out _));
    }

    private static void Use(MemoryTier tier, int key)
    {
        if (tier.Find(KeyOf(key), Noon, Month, out _) is null)
        {
            tier.Add(KeyOf(key), Entry(10), Noon);
        }
    }

    private static EntryKey KeyOf(int n) => EntryKey.Of(new byte[32], EmbeddingStorage.Fp16, [n]);

    private static EmbeddingEntry Entry(int rows) =>
        EmbeddingEntry.Of(new TextStates([.. Enumerable.Repeat(1f, rows * 10)], []), 10, EmbeddingStorage.Fp16, default)!;
}
