using System.Globalization;
using System.Text.Json;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Booking;

/// <summary>Posts what <see cref="AttemptJournal"/> wrote down to the ledger, in batches, behind the requests.</summary>
/// <param name="poster">The ledger.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears what a person should know.</param>
public sealed partial class LedgerWriter(AttemptPoster poster, TimeProvider time, ILogger<LedgerWriter> log)
{
    // Lines gather for so long, so that many share one flush of the disk.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    // 128 MiB of lines.
    private const int MostFilesBehind = 32;

    private static readonly TimeSpan BetweenRecoveries = TimeSpan.FromSeconds(10);

    // A JSON prompt has about four bytes a token; only for attempts whose process died, where nothing better is left.
    private const int BytesPerToken = 4;

    /// <summary>
    /// Posts what processes that died left behind, and gives back what budgets gave them. Attempts that they had open are booked as lost, with
    /// an estimated prompt.
    /// </summary>
    /// <param name="root">The folder of all processes' folders.</param>
    /// <returns>How many attempts were new to the ledger.</returns>
    public int Recover(string root)
    {
        var recovered = 0;
        foreach (var (folder, held) in AttemptJournal.OfTheDead(root))
        {
            var process = Path.GetFileName(folder);
            using (held)
            {
                var tail = new JournalTail(folder);
                for (var batch = tail.Next(Last(folder)); batch.Count > 0; batch = tail.Next(Last(folder)))
                {
                    recovered += Post(batch, process);
                }

                recovered += Post([.. tail.Open.Select(AsLost)], process);
                poster.Release(process);
            }

            Remove(folder);
        }

        // A kill between the two steps above leaves slices without a folder.
        var here = JournalRoot.NameOf(root);
        poster.ReleaseGone(process => !process.StartsWith(here, StringComparison.Ordinal) || Directory.Exists(Path.Combine(root, process)));
        if (recovered > 0)
        {
            LogRecovered(recovered);
        }

        return recovered;
    }

    /// <summary>Recovers what other processes leave behind when they die beside this one, until it is stopped.</summary>
    public async Task RecoverOthersAsync(string root, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(BetweenRecoveries, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                try
                {
                    Recover(root);
                }
                catch (Exception error) when (error is LedgerException or IOException or UnauthorizedAccessException or JsonException or InvalidDataException)
                {
                    LogNotRecovered(error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Follows this process's files until it is stopped, then posts what is left and removes them.</summary>
    public async Task RunAsync(AttemptJournal journal, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var tail = new JournalTail(journal.Folder, journal);
        using var behind = new BehindThread("ledger writer");
        while (!stop.IsCancellationRequested)
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
            await (tail.FilesBehind(journal.Current) > MostFilesBehind ? DrainAsync(journal, tail, stop) : behind.RunAsync(() => DrainAsync(journal, tail, stop)));
        }

        await DrainAsync(journal, tail, CancellationToken.None);
        if (!tail.Open.Any())
        {
            poster.Release(journal.Session);

            // Emptied while it is held: another process that takes it after that finds nothing to post.
            foreach (var file in AttemptJournal.Files(journal.Folder))
            {
                File.Delete(file);
            }

            journal.Dispose();
            Remove(journal.Folder);
        }
    }

    /// <summary>Two processes may remove the same folder, one at its end and one that recovers.</summary>
    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The other one did.
        }
    }

    private static int Last(string folder) =>
        AttemptJournal.Files(folder).Select(static path => int.Parse(Path.GetFileNameWithoutExtension(path), null)).DefaultIfEmpty(0).Max();

    private async Task DrainAsync(AttemptJournal journal, JournalTail tail, CancellationToken stop)
    {
        for (var batch = tail.Next(journal.Current); batch.Count > 0; batch = tail.Next(journal.Current))
        {
            await PostAsync(batch, journal.Session, stop);
            journal.Posted(batch.Count);
            tail.RemovePosted();

            // A thread of the lowest priority leaves the rest to one of the usual where that can wait no longer, or all calls have ended.
            if (BehindThread.IsCurrent && (stop.IsCancellationRequested || tail.FilesBehind(journal.Current) > MostFilesBehind))
            {
                return;
            }
        }
    }

    /// <summary>A ledger that is locked or full for a while is waited for: the lines are safe in their files.</summary>
    private async Task PostAsync(List<AttemptRecord> batch, string process, CancellationToken stop)
    {
        for (var rest = Gathering; ; rest = rest * 2 < LongestRest ? rest * 2 : LongestRest)
        {
            try
            {
                Post(batch, process);
                return;
            }
            catch (LedgerException error) when (error.Fault is LedgerFault.Locked or LedgerFault.Unavailable or LedgerFault.ReadOnly && !stop.IsCancellationRequested)
            {
                LogWaiting(error.Message);
                await Task.Delay(rest, time, CancellationToken.None);
            }
        }
    }

    private int Post(IReadOnlyList<AttemptRecord> batch, string process)
    {
        var posted = poster.Post(batch, process);
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

    private static AttemptRecord AsLost(AttemptRecord start) => start with
    {
        EndedAt = start.StartedAt,
        End = AttemptEnd.Lost,
        Fault = "process_died",
        Tokens = new TokenCounts(start.PromptBytes / BytesPerToken, 0, 0, 0, 0, 0),
        Estimated = true,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} attempts of a process that died are now in the ledger.")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a process that died left behind can't be posted yet: {Reason}")]
    private partial void LogNotRecovered(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} charges have no price and are in no sum. Add prices for some of: {Resources}.")]
    private partial void LogUnpriced(int count, string resources);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} attempts of {Day}, whose books are closed, are booked on {Booked}, the first open day; gateway_attempts has their real times.")]
    private partial void LogClosed(int count, string day, string booked);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger can't be written, attempts wait in their files: {Reason}")]
    private partial void LogWaiting(string reason);
}
