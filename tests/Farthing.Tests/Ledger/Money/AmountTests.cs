using Farthing.Ledger.Money;

namespace Farthing.Tests.Ledger.Money;

public sealed class AmountTests
{
    [Theory]
    [InlineData(0, "$0.000000")]
    [InlineData(3_124_000_000, "$0.003124")]
    [InlineData(3_124_499_999, "$0.003124")]
    [InlineData(-1_500_000_000_000, "-$1.500000")]
    [InlineData(3_124_000, "$0.000003124")]
    [InlineData(7, "$0.000000000007")]
    [InlineData(long.MinValue, "-$9223372.036855")]
    public void Is_written_for_people(long units, string expected) => Assert.Equal(expected, new Amount(units).ToString());

    [Fact]
    public void Keeps_every_place_in_files() => Assert.Equal("-0.000000000007", new Amount(-7).ToExactString());

    [Theory]
    [InlineData("0.048", 48_000_000_000)]
    [InlineData("-1", -1_000_000_000_000)]
    [InlineData("0.000000000001", 1)]
    public void Reads_plain_decimals(string text, long units) => Assert.Equal(units, Amount.Parse(text).Units);

    [Theory]
    [InlineData("")]
    [InlineData("1e3")]
    [InlineData(".5")]
    [InlineData("1,000")]
    [InlineData("0.0000000000001")]
    [InlineData("٣")]
    public void Refuses_anything_else(string text) => Assert.Throws<FormatException>(() => Amount.Parse(text));

    [Fact]
    public void Never_wraps()
    {
        Assert.Throws<OverflowException>(() => new Amount(long.MaxValue) + new Amount(1));
        Assert.Throws<OverflowException>(() => -new Amount(long.MinValue));
        Assert.Throws<OverflowException>(() => Amount.Parse("9999999999"));
    }

    [Fact]
    public void Sums_beyond_64_bits()
    {
        var sum = Amount.Sum([new Amount(long.MaxValue), new Amount(long.MaxValue)]);
        Assert.Equal((Int128)long.MaxValue * 2, sum.Units);
    }

    [Fact]
    public void Currencies_refuse_to_mix()
    {
        var dollars = new CurrencyAmount(1, Currency.Usd);
        var euros = new CurrencyAmount(1, Currency.Eur);
        Assert.Throws<InvalidOperationException>(() => dollars + euros);
        Assert.Throws<InvalidOperationException>(() => dollars - euros);
        Assert.Equal("€0.000000000002", (euros + euros).ToString());
    }

    [Fact]
    public void Money_and_time_have_no_operator_or_conversion_in_common()
    {
        // What would let `amount + time` or `long x = amount` compile is an operator with such a signature.
        var operators = new[] { typeof(Amount), typeof(DeviceTime), typeof(CurrencyAmount) }
            .SelectMany(type => type.GetMethods().Where(method => method.Name.StartsWith("op_", StringComparison.Ordinal))
                .Select(method => (type, method)))
            .ToList();
        Assert.NotEmpty(operators);
        Assert.DoesNotContain(operators, each => each.method.Name is "op_Implicit" or "op_Explicit");
        Assert.All(operators, each => Assert.All(each.method.GetParameters(), parameter => Assert.Equal(each.type, parameter.ParameterType)));
    }
}
