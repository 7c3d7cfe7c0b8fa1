using System.Globalization;

namespace Farthing.Terminal;

/// <summary>A number with its word: <c>1 price</c>, <c>1,200 prices</c>.</summary>
internal static class Counted
{
    /// <summary>Of a word that gets an s.</summary>
    public static string Of(long count, string word) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {word}{(count == 1 ? "" : "s")}");
}
