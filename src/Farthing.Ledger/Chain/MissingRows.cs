using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Names rows that are gone by what is left of others: a link says only how many there were.</summary>
internal static class MissingRows
{
    private const int MostNamed = 10;

    // What each names: rows that are there and lead to one that is not.
    private static readonly Dictionary<LedgerTable, (string Sql, Func<string, string> Name)> Left = new()
    {
        [LedgerTables.Leases] = (
            """
            SELECT DISTINCT x.id FROM (
                SELECT lease_id AS id FROM heartbeats UNION SELECT lease_id FROM settlements UNION SELECT lease_id FROM charge_kinds UNION SELECT lease_id FROM attempts) AS x
            WHERE x.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leases AS l WHERE l.id = x.id) ORDER BY 1
            """,
            static id => $"leases '{id}'"),
        [LedgerTables.Transfers] = (
            """
            SELECT CAST(w.seq AS TEXT) FROM (SELECT seq FROM charges WHERE link = @link UNION SELECT charge_seq FROM corrections WHERE link = @link AND kind = 'priced') AS w
            WHERE NOT EXISTS (SELECT 1 FROM transfers AS t WHERE t.charge_seq = w.seq) ORDER BY w.seq
            """,
            static seq => $"transfers '{seq}'"),
        [LedgerTables.Corrections] = (
            $"""
            SELECT CAST(w.seq AS TEXT) FROM (
                SELECT seq FROM charges WHERE link = @link AND id LIKE '{Corrections.IdPrefix}%'
                UNION SELECT t.charge_seq FROM transfers AS t JOIN charges AS c ON c.seq = t.charge_seq WHERE t.link = @link AND c.link <> t.link) AS w
            WHERE NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.charge_seq = w.seq) ORDER BY w.seq
            """,
            static seq => $"corrections of the charge {seq}"),
        [LedgerTables.FxFixings] = (
            """
            SELECT DISTINCT CAST(r.day AS TEXT) FROM charge_rollups AS r
            WHERE r.unconverted = 0 AND CAST(r.eur AS TEXT) <> '0' AND NOT EXISTS (SELECT 1 FROM fx_fixings AS f WHERE f.currency = 'EUR' AND f.day = r.day) ORDER BY 1
            """,
            static day => string.Create(CultureInfo.InvariantCulture, $"fx_fixings 'EUR, {EventTime.ToDate(int.Parse(day, CultureInfo.InvariantCulture)):yyyy-MM-dd}'")),
    };

    /// <summary>Names what a link lacks.</summary>
    /// <param name="transaction">One state of the store.</param>
    /// <param name="link">The link.</param>
    /// <param name="said">What it says that it holds.</param>
    /// <param name="found">What of it is there.</param>
    /// <param name="problems">Takes the names.</param>
    public static void Name(LedgerTransaction transaction, long link, string said, string found, LedgerProblems problems)
    {
        var counts = Counts(found);
        foreach (var (table, count) in Counts(said))
        {
            if (counts.GetValueOrDefault(table) < count && Left.FirstOrDefault(each => each.Key.Name == table) is { Key: not null } left)
            {
                foreach (var row in transaction.Query<string>(left.Value.Sql, left.Value.Sql.Contains("@link", StringComparison.Ordinal) ? new { link } : null).Take(MostNamed).ToList())
                {
                    problems.Add(new LedgerProblem(link, left.Value.Name(row), "is missing."));
                }
            }
        }
    }

    private static Dictionary<string, long> Counts(string contents) => contents.Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split(' '))
        .Where(static part => part.Length == 2 && long.TryParse(part[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .GroupBy(static part => part[0], StringComparer.Ordinal)
        .ToDictionary(static part => part.Key, static part => long.Parse(part.First()[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
