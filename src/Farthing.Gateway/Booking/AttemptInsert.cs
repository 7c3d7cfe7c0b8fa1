using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Adds rows of <c>gateway_attempts</c>.</summary>
internal static class AttemptInsert
{
    private static readonly string[] Columns =
    [
        "request_id", "attempt", "started_at", "ended_at", "shape", "streamed", "provider", "model", "resource", "key_id", "client", "tags", "outcome", "fault",
        "status", "input", "cached_input", "cache_write", "cache_write_hour", "output", "reasoning", "estimated", "budgets", "session",
        "input_audio", "cached_input_audio", "output_audio", "output_image", "uses",
    ];

    private static readonly PreparedSql Insert = new(
        $"INSERT INTO gateway_attempts ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(static (_, i) => $"${i + 1}"))}) ON CONFLICT (request_id, attempt) DO NOTHING");

    /// <summary>Adds an ended attempt of a process; false when it is there already.</summary>
    public static bool TryAdd(LedgerTransaction transaction, AttemptRecord attempt, string session) => transaction.Run(
        Insert,
        attempt.RequestId,
        (long)attempt.Attempt,
        EventTime.ToMicroseconds(attempt.StartedAt),
        EventTime.ToMicroseconds(attempt.EndedAt!.Value),
        attempt.Shape,
        attempt.Streamed ? 1L : 0L,
        attempt.Provider,
        attempt.Model,
        attempt.Resource,
        attempt.KeyId,
        attempt.Client,
        attempt.Tags,
        attempt.End.Code(),
        attempt.Fault,
        (long)attempt.Status,
        attempt.Tokens.Input,
        attempt.Tokens.CachedInput,
        attempt.Tokens.CacheWrite,
        attempt.Tokens.CacheWriteHour,
        attempt.Tokens.Output,
        attempt.Tokens.Reasoning,
        attempt.Estimated ? 1L : 0L,
        attempt.Budgets,
        session,
        attempt.Tokens.InputAudio,
        attempt.Tokens.CachedInputAudio,
        attempt.Tokens.OutputAudio,
        attempt.Tokens.OutputImage,
        attempt.Uses ?? "") == 1;
}
