using System.Numerics;

namespace Farthing.Ledger.Explain;

/// <summary>
/// Rounds exact parts to whole units that sum to a given total: every part is cut towards zero, and what is then missing
/// goes, one unit each, to the largest remainders on its side.
/// </summary>
/// <remarks>
/// A tie goes to the earlier place. A part of 0 stays 0. Negating the total and all parts negates the result, which
/// <see cref="Money.LargestRemainder"/>, whose weights are never negative, has no need to promise.
/// </remarks>
internal static class SignedRemainder
{
    /// <param name="total">What the units sum to: the sum of the parts, give or take the rounding of its two ends.</param>
    /// <param name="parts">The parts in 2^-<paramref name="bits"/> of a unit.</param>
    /// <param name="bits">How fine the parts are.</param>
    /// <returns>Whole units, in the order of the parts.</returns>
    /// <exception cref="ArgumentException">The parts do not sum to the total.</exception>
    public static Int128[] Round(Int128 total, IReadOnlyList<BigInteger> parts, int bits)
    {
        var unit = BigInteger.One << bits;
        BigInteger[] units = [.. parts.Select(part => BigInteger.Divide(part, unit))];
        var missing = total - units.Aggregate(BigInteger.Zero, static (sum, part) => sum + part);
        int[] takers = [.. Enumerable.Range(0, units.Length)
            .Where(i => !parts[i].IsZero)
            .OrderByDescending(i => BigInteger.Remainder(parts[i], unit) * missing.Sign)];
        if (BigInteger.Abs(missing) > takers.Length * (takers.Length + 2))
        {
            throw new ArgumentException("The parts do not sum to the total.", nameof(parts));
        }

        for (var i = 0; !missing.IsZero; i++)
        {
            units[takers[i % takers.Length]] += missing.Sign;
            missing -= missing.Sign;
        }

        return [.. units.Select(static part => (Int128)part)];
    }
}
