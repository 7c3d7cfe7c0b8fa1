using System.Globalization;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Posts batches and tells what a person should know of them. A batch that the ledger refuses for what is in it is posted by halves, so that
/// what is at fault is found and set aside, and everything else is booked.
/// </summary>
/// <remarks>
/// What a database refuses for a reason that nobody here knows is an attempt's own fault where others can be written; where none can, it is the
/// database's, and all of them wait.
/// </remarks>
/// <param name="poster">The ledger.</param>
/// <param name="log">Hears of charges without a price and of closed days.</param>
internal sealed partial class BatchPosting(AttemptPoster poster, ILogger log)
{
    // So many one by one, and none beside them that the ledger takes: the rest need not be tried.
    private const int MostRejected = 16;

    // The last that the ledger took, and whose it was. Posting it again changes nothing, and shows whether attempts can be written at all.
    private (AttemptRecord Attempt, string Process)? _taken;

    /// <summary>Posts a batch. A repeat changes nothing.</summary>
    /// <param name="batch">Ended attempts.</param>
    /// <param name="process">The session whose journal they are from.</param>
    /// <param name="aside">Gets what the ledger refuses.</param>
    /// <returns>How many were new to the ledger.</returns>
    /// <exception cref="LedgerException">The ledger can't be written, whatever is posted. Parts of the batch may be posted.</exception>
    /// <exception cref="IOException">What the ledger refuses can't be set aside.</exception>
    public int Post(IReadOnlyList<AttemptRecord> batch, string process, SetAside aside)
    {
        var rejected = new List<(AttemptRecord Attempt, LedgerException Error)>();
        var before = _taken;
        var added = PostHalves(batch, process, aside, rejected);
        if (rejected.Count > 0 && before == _taken && !TakesAgain())
        {
            throw rejected[0].Error;
        }

        rejected.ForEach(each => aside.Keep(each.Attempt, process, each.Error.Message));
        return added;
    }

    private int PostHalves(IReadOnlyList<AttemptRecord> batch, string process, SetAside aside, List<(AttemptRecord Attempt, LedgerException Error)> rejected)
    {
        try
        {
            return batch.Count == 0 ? 0 : PostAll(batch, process);
        }
        catch (Exception error) when (IsOfBatch(error))
        {
            if (batch.Count > 1)
            {
                var half = batch.Count / 2;
                return PostHalves([.. batch.Take(half)], process, aside, rejected) + PostHalves([.. batch.Skip(half)], process, aside, rejected);
            }

            if (error is not LedgerException { Fault: LedgerFault.Rejected } unknown)
            {
                aside.Keep(batch[0], process, error.Message);
                return 0;
            }

            rejected.Add((batch[0], unknown));
            return rejected.Count < MostRejected || TakesAgain() ? 0 : throw rejected[0].Error;
        }
    }

    /// <summary>Whether a fault comes from what was posted, and not from the ledger's file or this process.</summary>
    private static bool IsOfBatch(Exception error) => error is LedgerException ledger
        ? ledger.Fault is LedgerFault.AppendOnly or LedgerFault.Conflict or LedgerFault.Unknown or LedgerFault.Invalid or LedgerFault.Overflow or LedgerFault.NoRate or LedgerFault.Closed or LedgerFault.Rejected
        : error is FormatException or ArgumentException or ArithmeticException or InvalidOperationException and not ObjectDisposedException;

    private bool TakesAgain()
    {
        try
        {
            return _taken is var (attempt, process) && poster.Post([attempt], process) is not null;
        }
        catch (LedgerException)
        {
            return false;
        }
    }

    private int PostAll(IReadOnlyList<AttemptRecord> batch, string process)
    {
        var posted = poster.Post(batch, process);

        // A hit is no row of the attempts'.
        _taken = batch.LastOrDefault(static attempt => attempt.Hit is null) is { } last ? (last, process) : _taken;
        if (posted.Unpriced > 0)
        {
            LogUnpriced(posted.Unpriced, string.Join(", ", batch.Select(static attempt => attempt.Resource).Distinct().Take(5)));
        }

        foreach (var (day, count) in posted.OfClosedDays)
        {
            LogClosed(count, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), posted.BookedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        return posted.New;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} charges have no price and are in no sum. Add prices for some of: {Resources}.")]
    private partial void LogUnpriced(int count, string resources);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} attempts of {Day}, whose books are closed, are booked on {Booked}, the first open day; gateway_attempts has their real times.")]
    private partial void LogClosed(int count, string day, string booked);
}
