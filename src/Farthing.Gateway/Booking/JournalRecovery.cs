using Farthing.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Booking;

/// <summary>Posts what processes that died left in their files, at the start and beside a living one.</summary>
/// <param name="poster">The ledger.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears what a person should know.</param>
public sealed partial class JournalRecovery(AttemptPoster poster, TimeProvider time, ILogger<JournalRecovery> log)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    // A JSON prompt has about four bytes a token; only for attempts whose process died, where nothing better is left.
    private const int BytesPerToken = 4;

    private readonly BatchPosting _posting = new(poster, log);
    private SetAside? _aside;

    /// <summary>
    /// Posts what processes that died left behind, and gives back what budgets gave them. Attempts that they had open are booked as lost, with
    /// an estimated prompt. A folder that can't be posted now is told and stays for the next time; it keeps no other one waiting.
    /// </summary>
    /// <param name="root">The folder of all processes' folders.</param>
    /// <returns>How many attempts were new to the ledger.</returns>
    public int Recover(string root)
    {
        var recovered = 0;
        foreach (var (folder, held) in JournalFolder.OfTheDead(root))
        {
            try
            {
                using (held)
                {
                    recovered += Recover(folder, _aside ??= new SetAside(root, log));
                }

                JournalFolder.Remove(folder);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                LogNotRecovered(folder, error.Message);
            }
        }

        try
        {
            // A kill after a folder was removed leaves slices without one.
            var here = JournalRoot.NameOf(root);
            poster.ReleaseGone(process => !process.StartsWith(here, StringComparison.Ordinal) || Directory.Exists(Path.Combine(root, process)));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogNotReleased(error.Message);
        }

        if (recovered > 0)
        {
            LogRecovered(recovered);
        }

        return recovered;
    }

    /// <summary>Recovers what other processes leave behind when they die beside this one, until it is stopped.</summary>
    public async Task RunAsync(string root, CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                try
                {
                    Recover(root);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    LogNotRecovered(root, error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private int Recover(string folder, SetAside aside)
    {
        JournalFolder.NumberStrays(folder);
        var (recovered, process, last) = (0, Path.GetFileName(folder), JournalFolder.LastFile(folder));
        var tail = new JournalTail(folder);
        for (var batch = tail.Next(last); batch.Count > 0; batch = tail.Next(last))
        {
            recovered += _posting.Post(batch, process, aside);
        }

        recovered += _posting.Post([.. tail.Open.Select(AsLost)], process, aside);
        poster.Release(process);
        tail.RemoveAll(aside);
        return recovered;
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a process that died left in {Folder} can't be posted yet: {Reason}")]
    private partial void LogNotRecovered(string folder, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What budgets gave to processes that died can't be given back yet: {Reason}")]
    private partial void LogNotReleased(string reason);
}
