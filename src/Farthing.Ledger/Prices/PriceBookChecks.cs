using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>The rules that hold between rows: ids are unique, periods do not overlap, a day has one rate.</summary>
internal static class PriceBookChecks
{
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
