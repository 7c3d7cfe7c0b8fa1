using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Doctor;

/// <summary>The price book: whether it can be read, prices what a render uses, and knows a rate of the euro.</summary>
internal static class PriceChecks
{
    // What a render on this machine with the template captioner is charged for.
    private static readonly (string Resource, string Meter)[] Needed =
    [
        ("cpu", Meters.DeviceTime),
        ("storage/folder", Meters.Puts),
        ("storage/folder", Meters.StoredBytes),
        ("llm/template", Meters.Requests),
    ];

    /// <summary>Looks at a price book.</summary>
    /// <param name="path">Its file; null for the built-in one.</param>
    /// <param name="now">The instant at which prices must hold.</param>
    public static IEnumerable<Check> Run(string? path, DateTimeOffset now)
    {
        PriceBook book;
        Check? failure = null;
        try
        {
            book = path is null ? PriceBook.Default() : PriceBook.Load(path);
        }
        catch (Exception e) when (e is PriceBookException or IOException or UnauthorizedAccessException)
        {
            failure = Check.Problem("price book", e.Message, "Mend the lines it names, or leave --prices out for the built-in one.");
            book = PriceBook.Default();
        }

        return failure is not null
            ? [failure]
            : [Check.Ok("price book", $"{path ?? "built in"}: {book.Prices.Count} prices, {book.Rates.Count} rates"), Prices(book, now), Euro(book, now)];
    }

    private static Check Prices(PriceBook book, DateTimeOffset now)
    {
        string[] missing = [.. Needed.Where(need => book.Find(need.Resource, need.Meter, now) is null).Select(static need => $"{need.Resource} {need.Meter}")];
        return missing.Length == 0
            ? Check.Ok("prices", "everything that a render here uses has a price: " + string.Join(", ", Needed.Select(static need => $"{need.Resource} {need.Meter}")))
            : Check.Problem("prices", $"no price today for {string.Join(", ", missing)}", "Add rows for them to the price book; until then that usage is unpriced and in no total.");
    }

    private static Check Euro(PriceBook book, DateTimeOffset now) =>
        book.FindRate(Currency.Eur, DateOnly.FromDateTime(now.UtcDateTime)) is { } rate
            ? Check.Ok("euro", $"1 EUR = {rate.UsdPerUnit} USD since {rate.Day:yyyy-MM-dd} ({rate.Source})")
            : book.Rates.Count == 0
                ? Check.Ok("euro", "no rate is recorded, so reports are in USD; `farthing prices import` records the bank's")
                : Check.Warning("euro", "no rate for today or any day before", "Record the bank's rates with `farthing prices import`, or report in USD only.");
}
