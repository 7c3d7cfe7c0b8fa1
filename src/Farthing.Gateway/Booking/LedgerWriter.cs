using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Posts what <see cref="AttemptJournal"/> of this process wrote down to the ledger, in batches, behind the requests. What processes that
/// died left is <see cref="JournalRecovery"/>'s.
/// </summary>
/// <param name="poster">The ledger.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears what a person should know.</param>
public sealed partial class LedgerWriter(AttemptPoster poster, TimeProvider time, ILogger<LedgerWriter> log)
{
    /// <summary>How long a ledger that can't be written is still waited for when the process is to end.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Lines gather for so long, so that many share one flush of the disk.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    // 128 MiB of lines.
    private const int MostFilesBehind = 32;

    private readonly BatchPosting _posting = new(poster, log);

    /// <summary>
    /// Follows this process's files until it is stopped, then posts what is left and removes them. Where the ledger can't be written, what is
    /// left stays in its files after a grace, for the next start.
    /// </summary>
    public async Task RunAsync(AttemptJournal journal, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var tail = new JournalTail(journal.Folder, journal);
        var aside = new SetAside(journal.Root, log);
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopped = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(Grace), end);
        using var behind = new BehindThread("ledger writer");
        var isPosted = true;
        while (isPosted && !stop.IsCancellationRequested)
        {
            try
            {
                await journal.WaitAsync(stop);
                await Task.Delay(Gathering, time, stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            // Calls come first. What is far behind does not wait for an idle moment any more, so that the files stay few.
            isPosted = await (tail.FilesBehind(journal.Current) > MostFilesBehind
                ? DrainAsync(journal, tail, aside, stop, end.Token)
                : RunBehindAsync(behind, () => DrainAsync(journal, tail, aside, stop, end.Token)));
        }

        if (!isPosted || !await DrainAsync(journal, tail, aside, stop, end.Token) || !await InsistAsync(() => Close(journal, tail, aside), journal, end.Token))
        {
            LogLeft(journal.Waiting, journal.Folder);
        }
    }

    private static async Task<bool> RunBehindAsync(BehindThread thread, Func<Task<bool>> work)
    {
        var done = false;
        await thread.RunAsync(async () => done = await work());
        return done;
    }

    /// <summary>Posts all that is written.</summary>
    /// <returns>False when the process ends before.</returns>
    private async Task<bool> DrainAsync(AttemptJournal journal, JournalTail tail, SetAside aside, CancellationToken stop, CancellationToken end)
    {
        while (true)
        {
            List<AttemptRecord> batch = [];
            if (!await InsistAsync(() => batch = tail.Next(journal.Current), journal, end))
            {
                return false;
            }

            if (batch.Count == 0)
            {
                return true;
            }

            if (!await InsistAsync(() => _posting.Post(batch, journal.Session, aside), journal, end))
            {
                return false;
            }

            journal.Posted(batch.Count);
            RemovePosted(tail, aside);

            // A thread of low priority leaves the rest to one of the usual where that can wait no longer, or all calls have ended.
            if (BehindThread.IsCurrent && (stop.IsCancellationRequested || tail.FilesBehind(journal.Current) > MostFilesBehind))
            {
                return true;
            }
        }
    }

    /// <summary>A ledger or a disk that is locked, full or failing for a while is waited for: the lines are safe in their files.</summary>
    /// <returns>False when the process ends before it could be done.</returns>
    private async ValueTask<bool> InsistAsync(Action work, AttemptJournal journal, CancellationToken end)
    {
        for (var rest = Gathering; ; rest = rest * 2 < LongestRest ? rest * 2 : LongestRest)
        {
            try
            {
                work();
                return true;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                journal.Delayed();
                LogWaiting(error.Message);
            }

            try
            {
                await Task.Delay(rest, time, end);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <summary>What can't be removed now is tried again with the next batch.</summary>
    private void RemovePosted(JournalTail tail, SetAside aside)
    {
        try
        {
            tail.RemovePosted(aside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(error.Message);
        }
    }

    private void Close(AttemptJournal journal, JournalTail tail, SetAside aside)
    {
        if (tail.Open.Any())
        {
            return;
        }

        poster.Release(journal.Session);

        // Emptied while it is held: another process that takes it after that finds nothing to post.
        tail.RemoveAll(aside);
        journal.Dispose();
        JournalFolder.Remove(journal.Folder);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger can't be written, attempts wait in their files: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files of attempts that are posted can't be removed yet: {Reason}")]
    private partial void LogNotRemoved(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ending while the ledger can't be written: {Count} ended attempts wait in {Folder}, and the next start posts them.")]
    private partial void LogLeft(long count, string folder);
}
