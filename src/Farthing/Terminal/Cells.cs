using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;

namespace Farthing.Terminal;

/// <summary>How figures are written in tables.</summary>
internal static class Cells
{
    /// <summary>Where there is nothing to say.</summary>
    public const string None = "–";

    // Nine places make a picture's stages comparable at a glance; the exact figures are in the JSON and the CSV.
    private const int Places = 9;
    private const decimal UnitsPerWhole = 1_000_000_000_000;

    /// <summary>Nine places, rounded half to even: a column of them lines up. What is less is not written as nothing.</summary>
    public static string Money(CurrencyAmount? amount)
    {
        if (amount is not { } known)
        {
            return None;
        }

        decimal value = decimal.Round((decimal)known.Units / UnitsPerWhole, Places, MidpointRounding.ToEven);
        return value == 0 && known.Units != 0
            ? "<0.000000001"
            : (value < 0 ? "-" : "") + known.Currency.Symbol() + Math.Abs(value).ToString("F9", CultureInfo.InvariantCulture);
    }

    /// <summary>A share in millionths as a percentage with one place, without its sign.</summary>
    public static string Percent(int millionths) => (millionths / 10_000m).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>How the attempts ended.</summary>
    public static IReadOnlyList<string> Outcomes(AttemptCounts attempts)
    {
        List<string> parts = [Count("delivered", attempts.Delivered), Count("failed", attempts.Failed), Count("lost", attempts.Lost)];
        if (attempts.Duplicate > 0)
        {
            parts.Add(Count("duplicate", attempts.Duplicate));
        }

        if (attempts.Cancelled > 0)
        {
            parts.Add(Count("cancelled", attempts.Cancelled));
        }

        if (attempts.Open > 0)
        {
            parts.Add(Count("open", attempts.Open));
        }

        return parts;
    }

    private static string Count(string outcome, long count) => string.Create(CultureInfo.InvariantCulture, $"{outcome} {count}");
}
