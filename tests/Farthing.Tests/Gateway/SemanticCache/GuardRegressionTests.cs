using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>The guard alone, whatever the similarity, over the sets of pairs.</summary>
public sealed class GuardRegressionTests
{
    [Fact]
    public void No_different_pair_of_the_development_set_is_served() => Assert.Empty(Served(SharedGuard.Dev, same: false));

    [Fact]
    public void No_different_pair_of_the_second_shop_is_served() => Assert.Empty(Served(SharedGuard.Second, same: false));

    [Fact]
    public void No_different_pair_of_the_third_shop_is_served() => Assert.Empty(Served(SharedGuard.Third, same: false));

    [Fact]
    public void Nothing_that_trades_what_is_said_of_it_is_served() => Assert.Empty(Served(SharedGuard.Trading, same: false));

    [Fact]
    public void What_trades_nothing_is_served() =>
        Assert.InRange((double)Served(SharedGuard.Trading, same: true).Count / SharedGuard.Trading.Count(static pair => pair.Same), 0.95, 1);

    [Fact]
    public void No_different_pair_of_the_seventh_shop_is_served() => Assert.Empty(Served(SharedGuard.Seventh, same: false));

    /// <summary>"Deep red" is "dark red": the development set says so.</summary>
    [Fact]
    public void No_different_pair_of_the_ninth_shop_is_served_but_a_shade() =>
        Assert.All(Served(SharedGuard.Ninth, same: false), static pair => Assert.StartsWith("shade: ", pair, StringComparison.Ordinal));

    [Fact]
    public void Same_pairs_of_the_ninth_shop_are_served() =>
        Assert.InRange((double)Served(SharedGuard.Ninth, same: true).Count / SharedGuard.Ninth.Count(static pair => pair.Same), 0.75, 1);

    [Fact]
    public void No_different_pair_of_the_tenth_shop_is_served() => Assert.Empty(Served(SharedGuard.Tenth, same: false));

    [Fact]
    public void Same_pairs_of_the_tenth_shop_are_served() =>
        Assert.InRange((double)Served(SharedGuard.Tenth, same: true).Count / SharedGuard.Tenth.Count(static pair => pair.Same), 0.8, 1);

    [Fact]
    public void No_different_pair_of_the_eighth_shop_is_served() => Assert.Empty(Served(SharedGuard.Eighth, same: false));

    [Fact]
    public void Same_pairs_of_the_eighth_shop_are_served() =>
        Assert.InRange((double)Served(SharedGuard.Eighth, same: true).Count / SharedGuard.Eighth.Count(static pair => pair.Same), 0.78, 1);

    [Fact]
    public void Same_pairs_of_the_seventh_shop_are_served() =>
        Assert.InRange((double)Served(SharedGuard.Seventh, same: true).Count / SharedGuard.Seventh.Count(static pair => pair.Same), 0.78, 1);

    [Fact]
    public void Same_pairs_of_the_third_shop_are_served()
    {
        int same = SharedGuard.Third.Count(static pair => pair.Same);
        Assert.InRange((double)Served(SharedGuard.Third, same: true).Count / same, 0.8, 1);
    }

    [Theory]
    [InlineData("identical", 1)]
    [InlineData("surface", 0.98)]
    [InlineData("order", 0.95)]
    [InlineData("synonym", 0.85)]
    [InlineData("filler", 0.95)]
    [InlineData("typo", 0.85)]
    [InlineData("unit", 0.98)]
    [InlineData("number-word", 0.98)]
    [InlineData("abbreviation", 0.98)]
    [InlineData("spelling", 0.98)]
    [InlineData("wording", 0.85)]
    [InlineData("combined", 0.85)]
    public void Same_pairs_of_the_development_set_are_served(string kind, double share)
    {
        List<CaptionPair> pairs = [.. SharedGuard.Dev.Where(pair => pair.Same && pair.Kind == kind)];
        Assert.True(Served(pairs, same: true).Count >= share * pairs.Count, $"{Served(pairs, same: true).Count} of {pairs.Count}");
    }

    [Fact]
    public void Same_pairs_of_the_second_shop_are_served()
    {
        int same = SharedGuard.Second.Count(static pair => pair.Same);
        Assert.InRange((double)Served(SharedGuard.Second, same: true).Count / same, 0.75, 1);
    }

    private static List<string> Served(IEnumerable<CaptionPair> pairs, bool same) =>
        [.. pairs.Where(pair => pair.Same == same && SharedGuard.Guard.Compare(pair.A, pair.B).IsSame).Select(static pair => $"{pair.Kind}: {pair.A} / {pair.B}")];
}
