using System.Globalization;
using Dapper;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>A charge that counts: no reversal, and not reversed.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Fact">What was used.</param>
/// <param name="PriceRow">The number of its price version; null when it is unpriced.</param>
/// <param name="Amount">What it costs.</param>
internal sealed record RatedCharge(long Seq, UsageFact Fact, long? PriceRow, Amount? Amount);

/// <summary>The rows of re-ratings.</summary>
internal static class RerateRows
{
    private const string Charges =
        $"""
        SELECT {ChargeRows.Columns}, c.seq, t.price_version, {SignedAmount.Columns}
        FROM charges AS c
        LEFT JOIN transfers AS t ON t.charge_seq = c.seq
        LEFT JOIN accounts AS d ON d.seq = t.debit
        """;

    // A window may hold millions of charges: so many of them are in memory at once.
    private const int PageSize = 5_000;

    /// <summary>
    /// The charges of a time that count, without roundings: those follow from the others. They are read page by page; what is posted
    /// meanwhile is left out.
    /// </summary>
    public static IEnumerable<RatedCharge> Current(LedgerTransaction transaction, DateTimeOffset from, DateTimeOffset to)
    {
        var last = transaction.Scalar<long>("SELECT coalesce(max(seq), 0) FROM charges");
        var after = 0L;
        while (true)
        {
            var page = Read(
                transaction,
                $"""
                {Charges}
                WHERE c.seq > @after AND c.seq <= @last AND c.at >= @a AND c.at < @b AND c.stage <> 'rounding'
                    AND NOT EXISTS (SELECT 1 FROM corrections AS x WHERE x.charge_seq = c.seq AND x.kind = 'reversal')
                    AND NOT EXISTS (SELECT 1 FROM corrections AS x WHERE x.original = c.seq AND x.kind = 'reversal')
                ORDER BY c.seq LIMIT @most
                """,
                ("@after", after),
                ("@last", last),
                ("@a", EventTime.ToMicroseconds(from)),
                ("@b", EventTime.ToMicroseconds(to)),
                ("@most", PageSize));
            foreach (var charge in page)
            {
                yield return charge;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            after = page[^1].Seq;
        }
    }

    /// <summary>What a re-rating made count, each with the charge that it took the place of: itself, where it was given its first price.</summary>
    public static IEnumerable<(RatedCharge Charge, RatedCharge Before)> Made(LedgerTransaction transaction, long rerating)
    {
        for (var after = 0L; ;)
        {
            var links = transaction
                .Query<(long Charge, long Original)>(
                    "SELECT charge_seq, original FROM corrections WHERE rerating = @rerating AND kind <> 'reversal' AND charge_seq > @after ORDER BY charge_seq LIMIT @most",
                    new { rerating, after, most = PageSize })
                .AsList();
            foreach (var (charge, original) in links)
            {
                yield return (One(transaction, charge), One(transaction, original));
            }

            if (links.Count < PageSize)
            {
                yield break;
            }

            after = links[^1].Charge;
        }
    }

    /// <summary>The first re-rating after another one that priced a charge or put one in its place, and the charge that stood after it; null when there is none.</summary>
    public static (long Rerating, long Charge)? Next(LedgerTransaction transaction, long charge, long after) => transaction
        .Query<(long, long)>(
            "SELECT rerating, charge_seq FROM corrections WHERE original = @charge AND kind <> 'reversal' AND rerating > @after ORDER BY rerating LIMIT 1", new { charge, after })
        .Select(static row => ((long, long)?)row)
        .SingleOrDefault();

    /// <summary>Which re-rating each one undoes, of those that undo one.</summary>
    public static Dictionary<long, long> Undone(LedgerTransaction transaction) => transaction
        .Query<(long Undo, long Of)>("SELECT seq, undoes FROM reratings WHERE undoes IS NOT NULL")
        .ToDictionary(static row => row.Undo, static row => row.Of);

    public static long Add(LedgerTransaction transaction, DateTimeOffset at, DateTimeOffset from, DateTimeOffset to, long? undoes, string reason) => transaction.Insert(
        LedgerTables.Reratings, EventTime.ToMicroseconds(at), EventTime.ToMicroseconds(from), EventTime.ToMicroseconds(to), undoes, reason)!.Value;

    /// <summary>A re-rating's period, and the one that undid it; null when there is no such re-rating.</summary>
    public static (DateTimeOffset From, DateTimeOffset To, long? UndoneBy)? Find(LedgerTransaction transaction, long number) => transaction
        .Query<(long From, long To, long? UndoneBy)>(
            "SELECT from_at, to_at, (SELECT seq FROM reratings AS u WHERE u.undoes = r.seq) FROM reratings AS r WHERE seq = @number", new { number })
        .Select(static row => ((DateTimeOffset, DateTimeOffset, long?)?)(EventTime.FromMicroseconds(row.From), EventTime.FromMicroseconds(row.To), row.UndoneBy))
        .SingleOrDefault();

    /// <exception cref="LedgerException">The re-rating has corrected this charge already.</exception>
    public static void Link(LedgerTransaction transaction, long charge, long original, string kind, long rerating) =>
        _ = transaction.Insert(LedgerTables.Corrections, charge, original, kind, rerating)
            ?? throw new LedgerException(LedgerFault.Conflict, $"The re-rating {rerating} has corrected the charge {charge} already.");

    /// <summary>Charges by their numbers; those that are not there are left out.</summary>
    public static Dictionary<long, RatedCharge> Numbered(LedgerTransaction transaction, IReadOnlyList<long> numbers) => numbers.Count == 0
        ? []
        : Read(transaction, string.Create(CultureInfo.InvariantCulture, $"{Charges} WHERE c.seq IN ({string.Join(',', numbers)})")).ToDictionary(static charge => charge.Seq);

    public static RatedCharge One(LedgerTransaction transaction, long seq) => Read(transaction, Charges + " WHERE c.seq = @a", ("@a", seq))[0];

    private static List<RatedCharge> Read(LedgerTransaction transaction, string sql, params (string Name, long Value)[] values)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Add(name, value);
        }

        using var row = command.ExecuteReader();
        var charges = new List<RatedCharge>();
        while (row.Read())
        {
            charges.Add(new RatedCharge(
                row.GetInt64(17),
                ChargeRows.Fact(row),
                row.IsDBNull(18) ? null : row.GetInt64(18),
                row.IsDBNull(19) ? null : SignedAmount.Read(row, 19)));
        }

        return charges;
    }
}
