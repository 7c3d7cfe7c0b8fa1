using Farthing.Gateway.Booking;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Caching;

/// <summary>What the hits of a cache avoided, by their memos in the ledger.</summary>
/// <param name="By">Which cache: <c>exact</c> or <c>semantic</c>.</param>
/// <param name="Hits">Calls that it answered.</param>
/// <param name="Avoided">What these would have cost, at the prices of their days; null where they have memos and none has a price.</param>
/// <param name="Unpriced">Memos without a price, which are in no sum.</param>
public sealed record AvoidedCosts(string By, long Hits, CurrencyAmount? Avoided, long Unpriced)
{
    // A memo says in its evidence which cache it was; sums of a resource's meter fit into 64 bits, all of them together need not.
    private const string Query =
        """
        SELECT CASE WHEN evidence LIKE 'semantic hit:%' THEN 'semantic' ELSE 'exact' END AS "By", CAST(coalesce(sum(amount), 0) AS bigint) AS Amount,
            CAST(sum(CASE WHEN amount IS NULL THEN coalesce(times, 1) ELSE 0 END) AS bigint) AS Unpriced,
            count(amount) AS Priced
        FROM memos WHERE run_id = @run AND kind = 'caption_cache' AND stage = 'llm_call' GROUP BY 1, resource, meter
        """;

    // A memo a class of tokens, each of as many hits.
    private const string Hitting =
        """
        SELECT CAST(coalesce(sum(h.times), 0) AS bigint) FROM (
            SELECT max(coalesce(times, 1)) AS times FROM memos
            WHERE run_id = @run AND kind = 'caption_cache' AND stage = 'llm_call' AND evidence LIKE @like GROUP BY render_id) AS h
        """;

    private static readonly string[] Caches = ["exact", "semantic"];

    /// <summary>Reads the ledger's memos: one of each cache.</summary>
    /// <exception cref="LedgerException">The ledger can't be read.</exception>
    public static IReadOnlyList<AvoidedCosts> Read(LedgerStore ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ledger.Read(static transaction =>
        {
            var rows = transaction.Query<(string By, long Amount, long Unpriced, long Priced)>(Query, new { run = TokenCharges.Run }).ToLookup(static row => row.By);
            return (IReadOnlyList<AvoidedCosts>)[.. Caches.Select(by => new AvoidedCosts(
                by,
                transaction.Scalar<long>(Hitting, new { run = TokenCharges.Run, like = by + " hit:%" }),
                rows[by].Any() && rows[by].All(static row => row.Priced == 0) ? null : Amount.Sum(rows[by].Select(static row => new Amount(row.Amount))),
                rows[by].Sum(static row => row.Unpriced)))];
        });
    }
}
