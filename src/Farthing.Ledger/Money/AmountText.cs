using System.Globalization;

namespace Farthing.Ledger.Money;

/// <summary>Writes units of 10⁻¹² of a currency for people and for files.</summary>
internal static class AmountText
{
    private const int Places = 12;

    /// <summary>Six places from a thousandth up, nine from a millionth up, else all twelve; rounded half to even.</summary>
    public static string ForPeople(Int128 units, Currency currency)
    {
        var magnitude = Int128.Abs(units);
        var places = magnitude >= 1_000_000_000 || units == 0 ? 6 : magnitude >= 1_000_000 ? 9 : Places;
        var rounded = HalfEven.Divide(magnitude, ExactDecimal.PowerOfTen(Places - places));
        return (units < 0 ? "-" : "") + currency.Symbol() + Digits(rounded, places);
    }

    /// <summary>Every place, without a currency sign.</summary>
    public static string Exact(Int128 units) => (units < 0 ? "-" : "") + Digits(Int128.Abs(units), Places);

    private static string Digits(Int128 magnitude, int places)
    {
        var (whole, rest) = Int128.DivRem(magnitude, ExactDecimal.PowerOfTen(places));
        return whole.ToString(CultureInfo.InvariantCulture)
            + "."
            + rest.ToString(CultureInfo.InvariantCulture).PadLeft(places, '0');
    }
}
