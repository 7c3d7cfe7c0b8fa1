using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Alarms;

/// <summary>A stretch of a process's life between two samples.</summary>
/// <param name="Session">The process.</param>
/// <param name="From">When the first sample was taken, in microseconds.</param>
/// <param name="To">When the last one was.</param>
/// <param name="Counted">What metrics counted between them.</param>
internal sealed record MeteredSpan(string Session, long From, long To, MetricReading Counted);

/// <summary>The rows of samples, and what the ledger has of the same attempts.</summary>
internal static class MetricSamples
{
    // The charges of an attempt are found by their ids, class by class of those that it has.
    private const string Id = "'llm/' || g.request_id || '/' || g.attempt || '/' || class.name";

    private static readonly (string Class, string Count)[] Classes =
    [
        ("input", "g.input"), ("cached-input", "g.cached_input"), ("cache-write", "g.cache_write"), ("cache-write-1h", "g.cache_write_hour"), ("output", "g.output"),
        ("reasoning", "g.reasoning"), ("input-audio", "g.input_audio"), ("cached-input-audio", "g.cached_input_audio"), ("output-audio", "g.output_audio"),
        ("output-image", "g.output_image"),

        // Whether a request had a fee of its own is the price book's to say.
        (Meters.Requests, "1"),
        .. new[] { Meters.WebSearches, Meters.SearchSources, Meters.CitationTokens, Meters.FileSearches, Meters.CodeSessions, Meters.Images, Meters.ProviderToolCalls }
            .Select(static meter => (meter, $"CASE WHEN g.uses LIKE '%{meter}%' THEN 1 ELSE 0 END")),
    ];

    private static readonly string ClassesOfAttempt =
        $"CROSS JOIN ({string.Join(" UNION ALL ", Classes.Select(static each => $"SELECT '{each.Class}' AS name"))}) AS class";

    private static readonly string IsUsed = $"CASE class.name {string.Concat(Classes.Select(static each => $"WHEN '{each.Class}' THEN {each.Count} "))}END > 0";

    private static readonly string ChargesInSqlite =
        $"{ClassesOfAttempt} CROSS JOIN charge_rows AS r ON r.key = charge_key('llm', substr({Id}, 5)) AND r.id = {Id}";

    private static readonly string ChargesInPostgres = $"{ClassesOfAttempt} JOIN charge_keys AS r ON r.id = {Id}";

    public static void Add(LedgerTransaction transaction, string session, DateTimeOffset at, MetricReading reading) => transaction.Execute(
        "INSERT INTO gateway_metric_samples (session, at, attempts, tokens, cost) VALUES (@session, @at, @Attempts, @Tokens, @Cost) ON CONFLICT (session, at) DO NOTHING",
        new { session, at = EventTime.ToMicroseconds(at), reading.Attempts, reading.Tokens, reading.Cost });

    /// <summary>
    /// The part of each process's life that lies in a window as far as samples say: from its last sample before the window, else its first one, to its last
    /// one in it.
    /// </summary>
    public static IReadOnlyList<MeteredSpan> Spans(LedgerTransaction transaction, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. transaction.Query<(string Session, long From, long To)>(
            """
            SELECT session, coalesce((SELECT max(b.at) FROM gateway_metric_samples AS b WHERE b.session = s.session AND b.at <= @from), min(s.at)), max(s.at)
            FROM gateway_metric_samples AS s WHERE s.at > @from AND s.at <= @to
            GROUP BY s.session
            """,
            new { from = EventTime.ToMicroseconds(from), to = EventTime.ToMicroseconds(to) })
            .Where(static span => span.From < span.To)
            .Select(span => new MeteredSpan(span.Session, span.From, span.To, Read(transaction, span.Session, span.To) - Read(transaction, span.Session, span.From))),
    ];

    /// <summary>
    /// What the ledger has of a process's attempts that ended in a stretch. Lost attempts were never counted by a process, as it died. A charge that was
    /// corrected counts as it was posted first, and one that was priced later counts nothing, as it did in the metrics.
    /// </summary>
    public static MetricReading Booked(LedgerTransaction transaction, string session, long from, long to)
    {
        var values = new { session, from, to };
        var (attempts, tokens) = transaction.QuerySingle<(long, long)>(
            """
            SELECT count(*), CAST(coalesce(sum(input + cached_input + cache_write + cache_write_hour + output + reasoning + input_audio + cached_input_audio + output_audio + output_image), 0) AS bigint) FROM gateway_attempts
            WHERE session = @session AND ended_at > @from AND ended_at <= @to AND outcome <> 'lost'
            """,
            values);
        var cost = transaction.Scalar<long>(
            $"""
            SELECT CAST(coalesce(sum(t.amount), 0) AS bigint)
            FROM gateway_attempts AS g
            {(transaction.IsSqlite ? ChargesInSqlite : ChargesInPostgres)}
            JOIN transfers AS t ON t.charge_seq = r.seq
            WHERE g.session = @session AND g.ended_at > @from AND g.ended_at <= @to AND g.outcome <> 'lost' AND {IsUsed}
                AND NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.charge_seq = r.seq)
            """,
            values);
        return new MetricReading(attempts, tokens, cost);
    }

    private static MetricReading Read(LedgerTransaction transaction, string session, long at)
    {
        var (attempts, tokens, cost) = transaction.QuerySingle<(long, long, long)>(
            "SELECT attempts, tokens, cost FROM gateway_metric_samples WHERE session = @session AND at = @at", new { session, at });
        return new MetricReading(attempts, tokens, cost);
    }
}
