using System.Numerics;

namespace Farthing.Ledger.Money;

/// <summary>
/// Splits a whole number in proportion to weights, so that the shares sum to it exactly (Hamilton's method):
/// every share is its exact quota rounded down, and what is left goes, one unit each, to the largest remainders.
/// </summary>
/// <remarks>
/// A tie goes to the smaller key (ordinal), then to the larger weight, then to the earlier place, so the shares
/// depend on the keys and weights alone and not on the order they come in. All-zero weights split equally.
/// A negative total is split as its magnitude.
/// </remarks>
public static class LargestRemainder
{
    /// <summary>Splits among places: the index is the key.</summary>
    /// <returns>A share for each weight, in the order of the weights; empty when there are none and the total is 0.</returns>
    /// <exception cref="ArgumentException">A weight is negative, or there is no one to take a total that is not 0.</exception>
    public static long[] Split(long total, IReadOnlyList<long> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        // |total × weight| is under 2^126.
        var shares = Split<Int128>(total, [.. weights], weights.Count, static (left, right) => left.CompareTo(right));
        return Array.ConvertAll(shares, static share => (long)share);
    }

    /// <summary>Splits among keyed parties, whose order in the list does not matter.</summary>
    /// <returns>A share for each party, in the order of the list.</returns>
    /// <exception cref="ArgumentException">A weight is negative, or there is no one to take a total that is not 0.</exception>
    public static long[] Split(long total, IReadOnlyList<(string Key, long Weight)> parties)
    {
        ArgumentNullException.ThrowIfNull(parties);
        Int128[] weights = [.. parties.Select(static party => (Int128)party.Weight)];
        var shares = Split(total, weights, parties.Count, ByKey);
        return Array.ConvertAll(shares, static share => (long)share);

        int ByKey(int left, int right)
        {
            var order = string.CompareOrdinal(parties[left].Key, parties[right].Key);
            return order != 0 ? order : parties[right].Weight.CompareTo(parties[left].Weight);
        }
    }

    /// <summary>Splits a 128-bit sum among places. Products are taken without a limit, so nothing overflows.</summary>
    /// <exception cref="ArgumentException">A weight is negative, or there is no one to take a total that is not 0.</exception>
    public static Int128[] Split(Int128 total, IReadOnlyList<Int128> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        BigInteger[] wide = [.. weights.Select(static weight => (BigInteger)weight)];
        var shares = Split(total, wide, weights.Count, static (left, right) => left.CompareTo(right));
        return Array.ConvertAll(shares, static share => (Int128)share);
    }

    private static T[] Split<T>(T total, T[] weights, int count, Comparison<int> tie)
        where T : IBinaryInteger<T>
    {
        if (count == 0)
        {
            return T.IsZero(total) ? [] : throw new ArgumentException("There is no one to split the total among.", nameof(weights));
        }

        var sum = T.Zero;
        foreach (var weight in weights)
        {
            sum += T.IsNegative(weight) ? throw new ArgumentException("A weight is negative.", nameof(weights)) : weight;
        }

        if (T.IsZero(sum))
        {
            Array.Fill(weights, T.One);
            sum = T.CreateChecked(count);
        }

        var shares = new T[count];
        var remainders = new T[count];
        var left = T.Abs(total);
        for (var i = 0; i < count; i++)
        {
            (shares[i], remainders[i]) = T.DivRem(T.Abs(total) * weights[i], sum);
            left -= shares[i];
        }

        var order = Enumerable.Range(0, count).ToArray();
        Array.Sort(order, (a, b) =>
        {
            var byRemainder = remainders[b].CompareTo(remainders[a]);
            var byKey = byRemainder != 0 ? byRemainder : tie(a, b);
            return byKey != 0 ? byKey : a.CompareTo(b);
        });

        for (var i = 0; left > T.Zero; i++, left -= T.One)
        {
            shares[order[i]] += T.One;
        }

        return T.IsNegative(total) ? Array.ConvertAll(shares, static share => -share) : shares;
    }
}
