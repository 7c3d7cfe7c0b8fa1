using System.Globalization;
using System.Numerics.Tensors;
using Farthing.Gateway.Caching;
using Farthing.Gateway.SemanticCache.Guarding;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Caching;

public sealed class VectorIndexTests
{
    private const int Dimensions = 384;
    private static readonly CacheKey Scope = new(1, 2, 3, 4), OtherScope = new(4, 3, 2, 1);
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);

    [Theory]
    [InlineData(0.94)]
    [InlineData(0.8)]
    [InlineData(0.6)]
    [InlineData(0)]
    public void It_finds_what_looking_at_all_finds_through_adding_replacing_and_removing(double threshold)
    {
        var random = new Random(20261125);
        using var index = new VectorIndex(100_000, _time);
        Dictionary<CacheKey, float[]> kept = [];
        float[][] centres = [.. Enumerable.Range(0, 40).Select(_ => Point(random))];
        for (int i = 0; i < 9_000; i++)
        {
            var key = new CacheKey((ulong)random.Next(7_000), 0, 0, 0);
            if (random.Next(4) == 0)
            {
                index.Remove(key);
                kept.Remove(key);
                continue;
            }

            float[] near = Near(centres[random.Next(centres.Length)], random.NextSingle() * 0.06f, random);
            index.Add(key, Meaning(near, "t"), Start.AddDays(1));
            kept[key] = near;
        }

        Assert.Equal(kept.Count, index.Count);
        for (int i = 0; i < 50; i++)
        {
            float[] query = Near(centres[random.Next(centres.Length)], 0.02f, random);
            var expected = kept.Select(entry => (entry.Key, Cosine: TensorPrimitives.CosineSimilarity(query, entry.Value)))
                .Where(entry => entry.Cosine >= threshold).OrderByDescending(static entry => entry.Cosine).Take(10).ToList();
            var found = index.Find(Scope, query, threshold, 10);
            foreach (var (wanted, got) in expected.Zip(found))
            {
                Assert.Equal(wanted.Cosine, got.Similarity, 0.001);
            }

            Assert.InRange(found.Count, expected.Count, 10);
        }
    }

    [Fact]
    public void Scopes_ends_and_dimensions_are_apart()
    {
        using var index = new VectorIndex(10, _time);
        float[] point = Point(new Random(1));
        index.Add(new CacheKey(1, 0, 0, 0), Meaning(point, "mine"), Start.AddSeconds(10));
        index.Add(new CacheKey(2, 0, 0, 0), new AnswerMeaning(OtherScope, "theirs", new TextVector(point, EmbeddedText.Cut)), Start.AddSeconds(20));
        index.Add(new CacheKey(3, 0, 0, 0), new AnswerMeaning(Scope, "short", new TextVector([1, 0], EmbeddedText.Whole)), Start.AddSeconds(20));

        Assert.Equal("mine", Assert.Single(index.Find(Scope, point, 0.9, 5)).Text);
        var other = Assert.Single(index.Find(OtherScope, point, 0.9, 5));
        Assert.Equal(("theirs", EmbeddedText.Cut), (other.Text, other.Embedded));
        Assert.Empty(index.Find(Scope, [1, 0], 0.9, 5));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Empty(index.Find(Scope, point, 0.9, 5));
        Assert.Single(index.Find(OtherScope, point, 0.9, 5));
    }

    [Fact]
    public void The_oldest_go_where_there_are_too_many()
    {
        using var index = new VectorIndex(3, _time);
        float[] point = Point(new Random(1));
        foreach (ulong id in (ulong[])[1, 2, 3, 1, 4])
        {
            index.Add(new CacheKey(id, 0, 0, 0), Meaning(point, id.ToString(CultureInfo.InvariantCulture)), Start.AddDays(1));
        }

        Assert.Equal(["1", "3", "4"], index.Find(Scope, point, 0.9, 5).Select(static found => found.Text).Order());
    }

    [Fact]
    public void What_is_replaced_again_and_again_takes_no_room()
    {
        using var index = new VectorIndex(100, _time);
        float[] point = Point(new Random(1));
        for (int i = 0; i < 20_000; i++)
        {
            index.Add(new CacheKey((ulong)(i % 3), 0, 0, 0), Meaning(point, i.ToString(CultureInfo.InvariantCulture)), Start.AddDays(1));
            Assert.InRange(index.Queued, 1, 1_100);
        }

        // The order of age holds.
        for (ulong id = 10; id < 108; id++)
        {
            index.Add(new CacheKey(id, 0, 0, 0), Meaning(point, "new"), Start.AddDays(1));
        }

        Assert.Equal(["19998", "19999"], index.Find(Scope, point, 0.9, 200).Select(static found => found.Text).Where(static text => text != "new").Order());
    }

    [Fact]
    public void What_is_not_added_leaves_no_scope_behind()
    {
        using var index = new VectorIndex(10, _time);
        float[] point = Point(new Random(1));

        index.Add(new CacheKey(1, 0, 0, 0), Meaning(point, "over"), Start);
        Assert.Equal(0, index.Scopes);
        index.Add(new CacheKey(1, 0, 0, 0), Meaning(point, "mine"), Start.AddDays(1));
        index.Add(new CacheKey(2, 0, 0, 0), new AnswerMeaning(Scope, "short", new TextVector([1, 0], EmbeddedText.Whole)), Start.AddDays(1));
        Assert.Equal((1, 1), (index.Scopes, index.Count));
        index.Add(new CacheKey(1, 0, 0, 0), Meaning(point, "over"), Start);
        Assert.Equal((0, 0), (index.Scopes, index.Count));
    }

    [Fact]
    public void The_signs_pass_over_no_pair_that_is_near()
    {
        var random = new Random(7);
        var bound = SignBound.Of(Dimensions);
        var origin = ScopeCentre.Origin(Dimensions);
        foreach (double threshold in (double[])[0.99, 0.94, 0.85, 0.7])
        {
            int most = bound.MostUnlike(threshold);
            for (int i = 0; i < 2_000; i++)
            {
                float[] one = Point(random), other = At(one, (float)threshold, random);
                ulong[] first = new ulong[6], second = new ulong[6];
                origin.Signs(one, first);
                origin.Signs(other, second);
                Assert.InRange(first.Zip(second).Sum(static pair => (int)ulong.PopCount(pair.First ^ pair.Second)), 0, most);
            }
        }
    }

    private static AnswerMeaning Meaning(float[] values, string text) => new(Scope, text, new TextVector(values, EmbeddedText.Whole));

    private static float[] Point(Random random)
    {
        float[] values = new float[Dimensions];
        for (int i = 0; i < Dimensions; i++)
        {
            values[i] = (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle()) - 2;
        }

        TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        return values;
    }

    private static float[] Near(float[] centre, float distance, Random random)
    {
        float[] values = new float[Dimensions];
        TensorPrimitives.MultiplyAdd(Point(random), distance * 10, centre, values);
        TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        return values;
    }

    /// <summary>A point with just this cosine.</summary>
    private static float[] At(float[] one, float cosine, Random random)
    {
        float[] aside = Point(random);
        TensorPrimitives.MultiplyAdd(one, -TensorPrimitives.Dot<float>(one, aside), aside, aside);
        TensorPrimitives.Multiply(aside, MathF.Sqrt(1 - (cosine * cosine)) / TensorPrimitives.Norm<float>(aside), aside);
        float[] values = new float[Dimensions];
        TensorPrimitives.MultiplyAdd(one, cosine, aside, values);
        return values;
    }
}
