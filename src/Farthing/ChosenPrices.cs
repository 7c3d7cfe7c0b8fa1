using Farthing.Ledger.Prices;

namespace Farthing;

/// <summary>The price book that <c>--prices</c> names.</summary>
internal static class ChosenPrices
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <exception cref="PriceFileException">It can't be read.</exception>
    /// <exception cref="PriceBookException">It has errors.</exception>
    public static PriceBook? Load(string? path)
    {
        try
        {
            return path is null ? null : PriceBook.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(path) ? "It is a folder." : e.Message;
            throw new PriceFileException($"The price book '{path}' can't be read: {why} Name a file that is there and may be read, or leave --prices out.", e);
        }
    }
}
