using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Posts ended attempts: a row of the gateway's and the charges of its tokens, in one transaction. A repeat changes nothing.</summary>
public sealed class AttemptPoster : IDisposable
{
    private readonly LedgerStore _file;
    private readonly Journal _journal;
    private readonly TokenCharges _charges;

    private AttemptPoster(LedgerStore file, Journal journal, TokenCharges charges) => (_file, _journal, _charges) = (file, journal, charges);

    /// <summary>Opens the ledger for the gateway, and adds its table where it is missing.</summary>
    /// <exception cref="LedgerException">The file can't be used, or the book has an id for another price than the file.</exception>
    public static AttemptPoster Open(LedgerStore file, PriceBook book)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Migrate(typeof(AttemptPoster).Assembly);
        return new AttemptPoster(file, Journal.Open(file, book), new TokenCharges(book));
    }

    /// <summary>Posts attempts, all or none.</summary>
    /// <returns>How many were new, and how many charges have no price.</returns>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public (int New, int Unpriced) Post(IReadOnlyList<AttemptRecord> attempts) => _file.Write(transaction =>
    {
        var (added, unpriced) = (0, 0);
        foreach (var attempt in attempts)
        {
            if (attempt.Hit is not null)
            {
                _journal.Memos.Record(transaction, _charges.Avoided(attempt, attempt.Hit));
            }
            else if (Insert(transaction, attempt))
            {
                added++;
                unpriced += _journal.Post(transaction, _charges.Of(attempt)).Unpriced;
            }
        }

        return (added, unpriced);
    });

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private static bool Insert(LedgerTransaction transaction, AttemptRecord attempt) => transaction.Execute(
        """
        INSERT INTO gateway_attempts (request_id, attempt, started_at, ended_at, shape, streamed, provider, model, resource, key_id, client, tags,
            outcome, fault, status, input, cached_input, cache_write, cache_write_hour, output, reasoning, estimated)
        VALUES (@RequestId, @Attempt, @StartedAt, @EndedAt, @Shape, @Streamed, @Provider, @Model, @Resource, @KeyId, @Client, @Tags,
            @Outcome, @Fault, @Status, @Input, @CachedInput, @CacheWrite, @CacheWriteHour, @Output, @Reasoning, @Estimated)
        ON CONFLICT (request_id, attempt) DO NOTHING
        """,
        new
        {
            attempt.RequestId,
            attempt.Attempt,
            StartedAt = Microseconds(attempt.StartedAt),
            EndedAt = Microseconds(attempt.EndedAt!.Value),
            attempt.Shape,
            Streamed = attempt.Streamed ? 1 : 0,
            attempt.Provider,
            attempt.Model,
            attempt.Resource,
            attempt.KeyId,
            attempt.Client,
            attempt.Tags,
            Outcome = attempt.End switch
            {
                AttemptEnd.Answered => "answered",
                AttemptEnd.Rejected => "rejected",
                AttemptEnd.Failed => "failed",
                AttemptEnd.Cancelled => "cancelled",
                _ => "lost",
            },
            attempt.Fault,
            attempt.Status,
            attempt.Tokens.Input,
            attempt.Tokens.CachedInput,
            attempt.Tokens.CacheWrite,
            attempt.Tokens.CacheWriteHour,
            attempt.Tokens.Output,
            attempt.Tokens.Reasoning,
            Estimated = attempt.Estimated ? 1 : 0,
        }) == 1;

    private static long Microseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
