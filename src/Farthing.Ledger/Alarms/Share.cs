using System.Globalization;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Alarms;

/// <summary>A part of a whole that must not be passed, exact to a millionth.</summary>
/// <param name="Millionths">The part in millionths of the whole, so that 5 % are 50,000.</param>
public readonly record struct Share(long Millionths)
{
    /// <summary>More than this is no limit of anything.</summary>
    public const int MaxPercent = 1_000_000;

    private const int Million = 1_000_000;
    private const int PlacesOfPercent = 4;

    /// <summary>Reads a percentage such as <c>12.5</c>, from 0 to 1,000,000, with up to four places.</summary>
    public static bool TryParsePercent(string? text, out Share share)
    {
        share = default;
        if (!ExactDecimal.TryParse(text, out var percent) || percent.Scale > PlacesOfPercent
            || percent.Mantissa < 0 || percent.Mantissa > MaxPercent * ExactDecimal.PowerOfTen(percent.Scale))
        {
            return false;
        }

        share = new Share(percent.Mantissa * ExactDecimal.PowerOfTen(PlacesOfPercent - percent.Scale));
        return true;
    }

    /// <summary>Whether a part is more of a whole than this share; exactly this share is not more.</summary>
    /// <exception cref="OverflowException">A value is beyond 10³².</exception>
    public bool IsPassedBy(Int128 part, Int128 whole) => checked(part * Million) > checked(whole * Millionths);

    /// <summary>A part of a whole in per cent with four places, rounded half to even; <c>0</c> of nothing.</summary>
    public static string Percent(Int128 part, Int128 whole) =>
        whole <= 0 ? "0" : new Share((long)HalfEven.Divide(checked(part * Million), whole)).ToString();

    /// <summary>In per cent, such as <c>12.5</c>.</summary>
    public override string ToString() => (Millionths / 10_000m).ToString("0.####", CultureInfo.InvariantCulture);
}
