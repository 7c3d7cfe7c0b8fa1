using System.Globalization;
using Dapper;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>
/// Every correction is of a re-rating and of two charges that are there. A reversal takes its original back to the last unit, a replacement
/// uses what its original used, none stands without the other, and nothing is taken back twice.
/// </summary>
internal static class CorrectionCheck
{
    private const int PageSize = 500;

    public static void Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        var reratings = transaction.Query<long>("SELECT seq FROM reratings").ToHashSet();
        foreach (var page in Pages(transaction))
        {
            var charges = RerateRows.Numbered(transaction, [.. page.SelectMany(static row => new[] { row.Charge, row.Original }).Distinct()]);
            foreach (var row in page)
            {
                if (Fault(row, reratings, charges) is { } fault)
                {
                    problems.Add(new LedgerProblem(row.Link, $"corrections '{row.Charge}, {row.Rerating}'", fault));
                }
            }
        }

        Count(transaction, problems, "stands without the other: a re-rating that takes a charge back puts one in its place", """
            SELECT min(charge_seq), rerating, min(link) FROM corrections WHERE kind <> 'priced' GROUP BY rerating, original
            HAVING count(*) <> 2 OR sum(CASE kind WHEN 'reversal' THEN 1 ELSE 0 END) <> 1
            """);
        Count(transaction, problems, "takes back what was taken back already", """
            SELECT max(charge_seq), max(rerating), max(link) FROM corrections WHERE kind = 'reversal' GROUP BY original HAVING count(*) > 1
            """);
    }

    private static IEnumerable<List<Correction>> Pages(LedgerTransaction transaction)
    {
        var last = new Correction(long.MinValue, 0, "", long.MinValue, 0);
        while (true)
        {
            var page = transaction
                .Query<(long Charge, long Original, string Kind, long Rerating, long Link)>(
                    """
                    SELECT charge_seq, original, kind, rerating, coalesce(link, 0) FROM corrections
                    WHERE charge_seq > @Charge OR (charge_seq = @Charge AND rerating > @Rerating) ORDER BY charge_seq, rerating LIMIT @PageSize
                    """,
                    new { last.Charge, last.Rerating, PageSize })
                .Select(static row => new Correction(row.Charge, row.Original, row.Kind, row.Rerating, row.Link))
                .AsList();
            if (page.Count == 0)
            {
                yield break;
            }

            yield return page;
            last = page[^1];
        }
    }

    private static string? Fault(Correction row, HashSet<long> reratings, Dictionary<long, RatedCharge> charges)
    {
        if (!reratings.Contains(row.Rerating))
        {
            return $"is of the re-rating {row.Rerating}, which is not there.";
        }

        if (!charges.TryGetValue(row.Charge, out var charge) || !charges.TryGetValue(row.Original, out var original))
        {
            return string.Create(CultureInfo.InvariantCulture, $"is of the charge {(charge is null ? row.Charge : row.Original)}, which is not there.");
        }

        return row.Kind switch
        {
            "priced" => row.Charge != row.Original ? "gives a charge its first price, but is of two."
                : charge.PriceRow is null ? "gives a charge its first price, but it has none."
                : null,
            "reversal" => charge.Fact != Corrections.Reversal(original, row.Rerating)
                || charge.PriceRow != original.PriceRow || (charge.Amount?.Units ?? 0) != -(original.Amount?.Units ?? 0)
                ? $"does not take back its original, the charge {row.Original}." : null,
            "replacement" => charge.Fact != Corrections.Replacement(original, row.Rerating)
                ? $"does not use what its original, the charge {row.Original}, used." : null,
            _ => $"is of the kind '{row.Kind}', which there is not.",
        };
    }

    private static void Count(LedgerTransaction transaction, LedgerProblems problems, string fault, string sql)
    {
        foreach (var (charge, rerating, link) in transaction.Query<(long Charge, long Rerating, long Link)>(sql))
        {
            problems.Add(new LedgerProblem(link, string.Create(CultureInfo.InvariantCulture, $"corrections '{charge}, {rerating}'"), fault + "."));
        }
    }

    private sealed record Correction(long Charge, long Original, string Kind, long Rerating, long Link);
}
