using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Collects the hits of a batch and posts what they avoided. Hits that avoided the same, as those of one answer do, share their memos, so that a
/// million hits are a million small rows of <c>gateway_hits</c> and few memos. Those rows know which hits are posted, so a repeat changes nothing.
/// </summary>
/// <param name="memos">The ledger's memos.</param>
/// <param name="charges">What an attempt avoided, by the prices in force.</param>
internal sealed class HitPosting(Memos memos, TokenCharges charges)
{
    // Memos are of one minute, so that a day's report has the hits of the day.
    private const long Span = TimeSpan.TicksPerMinute;

    private static readonly PreparedSql Insert = new("INSERT INTO gateway_hits (request_id, memo) VALUES ($1, $2) ON CONFLICT (request_id) DO NOTHING");

    private readonly Dictionary<Group, List<AttemptRecord>> _groups = [];

    /// <summary>What hits must have alike to share their memos.</summary>
    private readonly record struct Group(CacheHit Hit, string Tags, string Shape, string Resource, Wire.TokenCounts Tokens, string? Uses, bool Estimated, long Minute, (Amount, bool) Avoided);

    /// <summary>Takes a hit of the batch.</summary>
    public void Add(AttemptRecord attempt, CacheHit hit)
    {
        // The price too may change within the minute.
        var key = new Group(
            hit, attempt.Tags, attempt.Shape, attempt.Resource, attempt.Tokens, attempt.Uses, attempt.Estimated, attempt.StartedAt.UtcTicks / Span,
            charges.Priced(attempt, attempt.StartedAt));
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = [];
        }

        group.Add(attempt);
    }

    /// <summary>Posts those that are not posted yet.</summary>
    /// <exception cref="LedgerException">A memo is not valid, or more than the ledger holds.</exception>
    public void Post(LedgerTransaction transaction)
    {
        foreach (var (key, group) in _groups)
        {
            Post(transaction, key.Hit, group);
        }
    }

    private void Post(LedgerTransaction transaction, CacheHit hit, List<AttemptRecord> group)
    {
        List<SavingsMemo> avoided = [.. charges.Avoided(group[0], hit)];
        if (avoided.Count == 0)
        {
            return;
        }

        if (IsFromBefore(transaction, group[0], avoided[0]))
        {
            memos.Record(transaction, group.SelectMany(attempt => charges.Avoided(attempt, hit)));
            return;
        }

        var number = Memos.Next(transaction);
        List<AttemptRecord> added = [.. group.Where(attempt => transaction.Run(Insert, attempt.RequestId, number) == 1)];
        if (added.Count > 0)
        {
            memos.Record(transaction, charges.Avoided(added[0], hit).Select(memo => Times(memo, added.Count)));
        }
    }

    /// <summary>
    /// Whether a version that had a memo for each hit posted the first of a group, as where it died before it could remove the journal's file.
    /// What it posted is the beginning of the file, so that no group has its first hit after another that is posted.
    /// </summary>
    private bool IsFromBefore(LedgerTransaction transaction, AttemptRecord first, SavingsMemo memo) =>
        memos.Has(transaction, memo.Id)
        && transaction.Scalar<long>("SELECT count(*) FROM gateway_hits WHERE request_id = @id", new { id = first.RequestId }) == 0;

    private static SavingsMemo Times(SavingsMemo memo, long times)
    {
        try
        {
            return memo with { Quantity = checked(memo.Quantity * times), Times = times };
        }
        catch (OverflowException error)
        {
            throw new LedgerException(
                LedgerFault.Overflow, string.Create(CultureInfo.InvariantCulture, $"{times} hits of {memo.Quantity} {memo.Meter} each are more than a memo holds."), error);
        }
    }
}
