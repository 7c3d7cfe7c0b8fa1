using System.Numerics;
using CsCheck;
using Farthing.Ledger.Money;

namespace Farthing.Tests.Ledger.Money;

public sealed class HalfEvenTests
{
    [Theory]
    [InlineData(5, 2, 2)]
    [InlineData(7, 2, 4)]
    [InlineData(-5, 2, -2)]
    [InlineData(-7, 2, -4)]
    [InlineData(7, -2, -4)]
    [InlineData(8, 3, 3)]
    [InlineData(7, 3, 2)]
    public void Rounds_a_half_to_the_even_neighbour(long dividend, long divisor, long expected) =>
        Assert.Equal(expected, (long)HalfEven.Divide(dividend, divisor));

    [Fact]
    public void Is_never_more_than_half_a_unit_off() =>
        Gen.Select(Gen.Long, Gen.Long[1, long.MaxValue]).Sample((dividend, divisor) =>
        {
            var quotient = (BigInteger)HalfEven.Divide(dividend, divisor);
            var twiceOff = 2 * BigInteger.Abs((quotient * divisor) - dividend);
            Assert.True(twiceOff < divisor || (twiceOff == divisor && quotient.IsEven));
        });

    [Fact]
    public void Divides_the_widest_numbers()
    {
        Assert.Equal(1, HalfEven.Divide(Int128.MaxValue, Int128.MaxValue));
        Assert.Equal(1, HalfEven.Divide(Int128.MaxValue - 1, Int128.MaxValue));
        Assert.Throws<DivideByZeroException>(() => HalfEven.Divide(1, 0));
    }
}
