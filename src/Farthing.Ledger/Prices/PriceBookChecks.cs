using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>The rules that hold between rows: ids are unique, periods do not overlap, a day has one rate.</summary>
internal static class PriceBookChecks
{
    /// <summary>Makes a book of what was read, or reports everything that is wrong.</summary>
    /// <param name="name">What to call the book in messages.</param>
    /// <param name="drafts">The prices.</param>
    /// <param name="rates">The exchange rates.</param>
    /// <param name="rateOn">Rates that are known besides.</param>
    /// <param name="errors">What is wrong already.</param>
    /// <exception cref="PriceBookException">It can't be used.</exception>
    public static PriceBook Make(
        string name,
        IReadOnlyList<PriceDraft> drafts,
        List<(long Line, FxRate Rate)> rates,
        Func<Currency, DateOnly, FxRate?> rateOn,
        List<PriceBookError> errors)
    {
        Rates(rates, errors);
        var own = new PriceBook([], [.. rates.Select(static row => row.Rate)]);
        var prices = new List<(long Line, PriceVersion Price)>(drafts.Count);
        foreach (var draft in drafts)
        {
            if (draft.Settle((currency, day) => own.FindRate(currency, day) ?? rateOn(currency, day), errors) is { } price)
            {
                prices.Add((draft.Line, price));
            }
        }

        Prices(prices, errors);
        return errors.Count == 0
            ? new PriceBook([.. prices.Select(static row => row.Price)], own.Rates)
            : throw new PriceBookException(name, [.. errors.OrderBy(static error => error.Line)]);
    }

    public static void Prices(List<(long Line, PriceVersion Price)> rows, List<PriceBookError> errors)
    {
        UniqueIds(rows.Select(static row => (row.Line, row.Price.Id)), errors);
        foreach (var group in rows.GroupBy(static row => (row.Price.Resource, row.Price.Meter)))
        {
            // The reach is the price with the latest end so far, which need not be the one just before.
            (long Line, PriceVersion Price)? reach = null;
            foreach (var row in group.OrderBy(static row => row.Price.From).ThenBy(static row => row.Line))
            {
                if (reach is { } earlier && earlier.Price.Covers(row.Price.From))
                {
                    errors.Add(new PriceBookError(
                        row.Line,
                        $"'{row.Price.Id}' overlaps '{earlier.Price.Id}' on line {earlier.Line}: give the earlier one "
                            + $"to: {row.Price.From:yyyy-MM-dd}."));
                }

                if (reach is null || (reach.Value.Price.To is { } end && (row.Price.To is not { } to || to > end)))
                {
                    reach = row;
                }
            }
        }
    }

    public static void Rates(List<(long Line, FxRate Rate)> rows, List<PriceBookError> errors)
    {
        UniqueIds(rows.Select(static row => (row.Line, row.Rate.Id)), errors);
        foreach (var group in rows.GroupBy(static row => (row.Rate.Currency, row.Rate.Day)))
        {
            var first = group.First();
            errors.AddRange(group.Skip(1).Select(row => new PriceBookError(
                row.Line,
                $"'{row.Rate.Id}' is a second {row.Rate.Currency.Code()} rate for {row.Rate.Day:yyyy-MM-dd}; "
                    + $"the first is '{first.Rate.Id}' on line {first.Line}.")));
        }
    }

    private static void UniqueIds(IEnumerable<(long Line, string Id)> rows, List<PriceBookError> errors)
    {
        foreach (var group in rows.GroupBy(static row => row.Id, StringComparer.Ordinal))
        {
            var first = group.First();
            errors.AddRange(group.Skip(1).Select(row => new PriceBookError(
                row.Line, $"the id '{row.Id}' is already used on line {first.Line}; an id is permanent and names one row.")));
        }
    }
}
