using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Says which days of a scope have entries that no rate converts yet. A sum without them would be too small, so there is none.</summary>
internal static class MissingRates
{
    // So many days are told one by one.
    private const int MostDays = 5;

    /// <summary>What to do about it, after a sentence that says which days have no rate.</summary>
    public const string Mend =
        "A day has its rate when one of it or of a later day is recorded, and is converted by the last one up to it. Record the bank's rates with "
        + "`farthing prices import FILE` (a CSV file of id,currency,day,usd_per_unit), or ask for other days or for USD.";

    /// <summary>Does nothing where the scope is wholly converted.</summary>
    /// <exception cref="LedgerException">It is not.</exception>
    public static void Refuse(LedgerTransaction transaction, ReportQuery query)
    {
        if (query.Currency == Currency.Usd)
        {
            return;
        }

        var (from, to) = CostQuery.Days(query);
        List<(long Day, long Charges)> days = [.. transaction.Query<(long, long)>(
            $"""
            SELECT r.day, CAST(sum(r.unconverted) AS bigint) FROM charge_rollups AS r {(query.RunId is null ? "" : "JOIN charge_kinds AS k ON k.seq = r.kind AND k.run_id = @run")}
            WHERE r.day >= @from AND r.day < @to AND r.unconverted > 0 GROUP BY r.day ORDER BY r.day
            """,
            new { from, to, run = query.RunId })];
        if (days.Count == 0)
        {
            return;
        }

        var told = string.Join(", ", days.Take(MostDays).Select(static each => string.Create(CultureInfo.InvariantCulture, $"{each.Charges:N0} of {EventTime.ToDate((int)each.Day):yyyy-MM-dd}")));
        var more = days.Count > MostDays ? string.Create(CultureInfo.InvariantCulture, $" and others of {days.Count - MostDays:N0} more days up to {EventTime.ToDate((int)days[^1].Day):yyyy-MM-dd}") : "";
        throw new LedgerException(
            LedgerFault.NoRate,
            string.Create(CultureInfo.InvariantCulture, $"{days.Sum(static each => each.Charges):N0} charges have no {query.Currency.Code()} rate yet: {told}{more}. {Mend}"));
    }
}
