using System.Globalization;

namespace Farthing.Doctor;

/// <summary>Sizes for people.</summary>
internal static class Bytes
{
    /// <summary>Such as <c>12.4 MB</c>: powers of 1000, one place.</summary>
    public static string Text(long bytes) => bytes switch
    {
        >= 1_000_000_000 => Unit(bytes / 1e9, "GB"),
        >= 1_000_000 => Unit(bytes / 1e6, "MB"),
        _ => Unit(bytes / 1e3, "kB"),
    };

    private static string Unit(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
}
