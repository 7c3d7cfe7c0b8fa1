using Farthing.Gateway.Booking;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farthing.Bench.Ledger;

/// <summary>What a call of the gateway takes beside the call itself: two lines of the journal, and booking the attempt behind.</summary>
internal static class AttemptsPart
{
    // As many as come between two looks of the ledger's writer at a few thousand calls a second.
    private const int Lot = 500;

    private static readonly DateTimeOffset FirstCall = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    // Few answers get most hits.
    private const int Answers = 20;

    public static async Task RunAsync(string folder, int attempts, Figures figures)
    {
        var (used, bytes) = await BookAsync(Path.Combine(folder, "attempts.db"), Path.Combine(folder, "attempts"), attempts, WriteAttempt);
        figures.Add(
            $"SQLite, {attempts:N0} attempts of the gateway with tokens of two classes and a budget, processor time an attempt", "",
            $"{used.TotalMicroseconds / attempts:F1} µs to write down and book");
        figures.Add("the file of these attempts, their charges and transfers", "", $"{bytes / (double)attempts:F0} bytes an attempt");

        // What an empty ledger takes is none of theirs.
        var (_, empty) = await BookAsync(Path.Combine(folder, "nothing.db"), Path.Combine(folder, "nothing"), 0, WriteHit);
        (used, bytes) = await BookAsync(Path.Combine(folder, "hits.db"), Path.Combine(folder, "hits"), attempts, WriteHit);
        figures.Add(
            $"SQLite, {attempts:N0} hits of the gateway's cache on {Answers} answers, processor time a hit", "", $"{used.TotalMicroseconds / attempts:F1} µs to write down and book");
        figures.Add("the rows of these hits and their memos", "", $"{(bytes - empty) / (double)attempts:F0} bytes a hit");
    }

    private static async Task<(TimeSpan Used, long Bytes)> BookAsync(string path, string root, int count, Action<AttemptJournal, int> write)
    {
        TimeSpan used;
        using (var store = LedgerStore.Open(path))
        using (var poster = AttemptPoster.Open(store, PriceBook.Parse(Fleet.Prices)))
        {
            using var stop = new CancellationTokenSource();
            using var journal = AttemptJournal.Open(root, JournalRoot.Session(root, "0001"));
            var before = Environment.CpuUsage.TotalTime;
            var booking = new LedgerWriter(poster, TimeProvider.System, NullLogger<LedgerWriter>.Instance).RunAsync(journal, stop.Token);
            for (var i = 0; i < count; i++)
            {
                write(journal, i);
                while (i % Lot == Lot - 1 && journal.Waiting > 0)
                {
                    await Task.Delay(5);
                }
            }

            await stop.CancelAsync();
            await booking;
            used = Environment.CpuUsage.TotalTime - before;
        }

        return (used, new FileInfo(path).Length);
    }

    private static void WriteHit(AttemptJournal journal, int number)
    {
        var at = FirstCall.AddMilliseconds(number / 4.0);
        journal.Write(Start(at) with
        {
            Attempt = 0,
            EndedAt = at,
            KeyId = "",
            Budgets = "",
            PromptBytes = 0,
            Tokens = new TokenCounts(800 + (number % Answers), 0, 0, 0, 90, 0),
            Hit = new CacheHit("exact", $"{number % Answers:x32}/1"),
        });
    }

    private static void WriteAttempt(AttemptJournal journal, int number)
    {
        var at = FirstCall.AddMilliseconds(number / 4.0);
        var start = Start(at);
        journal.Write(start);
        journal.Write(start with { EndedAt = at.AddMilliseconds(400), Status = 200, Tokens = new TokenCounts(800 + (number % 97), 0, 0, 0, 90 + (number % 31), 0) });
    }

    private static AttemptRecord Start(DateTimeOffset at) => new()
    {
        RequestId = Guid.CreateVersion7(at).ToString("N"),
        Attempt = 1,
        StartedAt = at,
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "main",
        Client = "team-a",
        Tags = "campaign=spring",
        Budgets = "team-a@2026-11-20",
        PromptBytes = 200,
    };
}
