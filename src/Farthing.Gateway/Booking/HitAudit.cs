using System.Globalization;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Holds rows of <c>gateway_hits</c>, which are in no chain, against the memos that were posted with them, which are: each has as many rows as its times.</summary>
internal static class HitAudit
{
    // Memos of classes after the first have the same times and the same first hit, so that the first one has the least number.
    private const string Differing =
        """
        SELECT coalesce(h.memo, m.seq) AS "Memo", coalesce(h.hits, 0) AS "Hits", coalesce(m.times, 0) AS "Times"
        FROM (SELECT memo, count(*) AS hits FROM gateway_hits GROUP BY memo) AS h
        FULL JOIN (
            SELECT min(seq) AS seq, max(coalesce(times, 1)) AS times FROM memos
            WHERE run_id = @run AND kind = 'caption_cache' AND stage = 'llm_call' AND render_id IN (SELECT request_id FROM gateway_hits)
            GROUP BY render_id) AS m ON m.seq = h.memo
        WHERE coalesce(h.hits, 0) <> coalesce(m.times, 0)
        ORDER BY 1 LIMIT 100
        """;

    private const string Headless =
        """
        SELECT min(seq) AS "Memo", 0 AS "Hits", max(times) AS "Times" FROM memos
        WHERE run_id = @run AND kind = 'caption_cache' AND stage = 'llm_call' AND times IS NOT NULL AND render_id NOT IN (SELECT request_id FROM gateway_hits)
        GROUP BY render_id ORDER BY 1 LIMIT 100
        """;

    /// <summary>Tells each memo whose hits are not all there, or are more.</summary>
    public static void Run(LedgerTransaction transaction, Action<string, string> found)
    {
        foreach (var (memo, hits, times) in new[] { Differing, Headless }.SelectMany(sql => transaction.Query<(long Memo, long Hits, long Times)>(sql, new { run = TokenCharges.Run })))
        {
            found("gateway_hits", string.Create(CultureInfo.InvariantCulture, $"was changed: it has {hits} hits of memo {memo}, which stands for {times}."));
        }
    }
}
