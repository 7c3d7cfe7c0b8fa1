using System.Numerics;
using CsCheck;
using Farthing.Ledger.Money;

namespace Farthing.Tests.Ledger.Money;

public sealed class LargestRemainderTests
{
    private static Gen<long> Weight { get; } = Gen.OneOf(Gen.Const(0L), Gen.Long[0, 100], Gen.Long[0, long.MaxValue]);

    [Fact]
    public void Shares_sum_to_the_total_and_stay_within_one_of_their_quota() =>
        Gen.Select(Gen.Long, Weight.Array[1, 40]).Sample((total, weights) =>
        {
            var shares = LargestRemainder.Split(total, weights);
            Assert.Equal(total, shares.Aggregate(BigInteger.Zero, (sum, share) => sum + share));
            var sum = weights.Aggregate(BigInteger.Zero, (all, weight) => all + weight);
            for (var i = 0; i < weights.Length && sum > 0; i++)
            {
                Assert.True(BigInteger.Abs((shares[i] * sum) - ((BigInteger)total * weights[i])) < sum);
            }
        });

    [Fact]
    public void The_order_of_the_parties_changes_no_share() =>
        Gen.Select(Gen.Long[0, 1000], Gen.Select(Gen.String[Gen.Char['a', 'd'], 1, 2], Gen.Long[0, 3]).Array[1, 12], Gen.Int)
            .Sample((total, parties, seed) =>
            {
                var order = Enumerable.Range(0, parties.Length).ToArray();
                new Random(seed).Shuffle(order);
                var shuffled = order.Select(i => parties[i]).ToArray();
                var left = LargestRemainder.Split(total, parties).Zip(parties).Order();
                var right = LargestRemainder.Split(total, shuffled).Zip(shuffled).Order();
                Assert.Equal(left, right);
            });

    [Fact]
    public void Sums_beyond_64_bits_split_exactly() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Long[0, long.MaxValue].Array[1, 8]).Sample((high, low, weights) =>
        {
            var total = ((Int128)high << 60) + low;
            Int128[] wide = [.. weights.Select(weight => (Int128)weight << 55)];
            var shares = LargestRemainder.Split(total, wide);
            Assert.Equal(total, shares.Aggregate(Int128.Zero, (sum, share) => sum + share));
        });

    [Fact]
    public void A_tie_goes_to_the_smaller_key() =>
        Assert.Equal([3, 4, 3], LargestRemainder.Split(10, [("c", 1), ("a", 1), ("b", 1)]));

    [Fact]
    public void Weights_that_are_all_zero_split_equally() => Assert.Equal([4, 3, 3], LargestRemainder.Split(10, [0L, 0, 0]));

    [Fact]
    public void A_negative_total_splits_as_its_magnitude() => Assert.Equal([-4, -3, -3], LargestRemainder.Split(-10, [1L, 1, 1]));

    [Fact]
    public void Refuses_a_negative_weight_and_a_total_for_no_one()
    {
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(1, [1L, -1]));
        Assert.Throws<ArgumentException>(() => LargestRemainder.Split(1, Array.Empty<long>()));
        Assert.Empty(LargestRemainder.Split(0, Array.Empty<long>()));
    }
}
