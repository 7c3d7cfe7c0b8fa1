using System.Diagnostics;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farthing.Bench.Ledger;

/// <summary>What a call of the gateway takes from the lines of its journal to the disk, without the call: reading them, and booking the attempt.</summary>
internal static class AttemptsPart
{
    private static readonly DateTimeOffset FirstCall = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public static void Run(string folder, int attempts, Figures figures)
    {
        var (path, root) = (Path.Combine(folder, "attempts.db"), Path.Combine(folder, "journal"));
        Write(root, attempts);
        using (var store = LedgerStore.Open(path))
        using (var poster = AttemptPoster.Open(store, PriceBook.Parse(Fleet.Prices)))
        {
            var (used, begin) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var booked = new JournalRecovery(poster, TimeProvider.System, NullLogger<JournalRecovery>.Instance).Recover(root);
            var (taken, elapsed) = (Environment.CpuUsage.TotalTime - used, Stopwatch.GetElapsedTime(begin));
            figures.Add(
                $"SQLite, {booked:N0} attempts of the gateway with tokens of two classes, from the journal, processor time an attempt", "",
                $"{taken.TotalMicroseconds / attempts:F1} µs, {attempts / elapsed.TotalSeconds:N0}/s");
        }

        figures.Add("the file of these attempts, their charges and transfers", "", $"{new FileInfo(path).Length / (double)attempts:F0} bytes an attempt");
    }

    private static void Write(string root, int attempts)
    {
        using var journal = AttemptJournal.Open(root, JournalRoot.Session(root, "0001"), new JournalOptions());
        for (var i = 0; i < attempts; i++)
        {
            var at = FirstCall.AddMilliseconds(i / 4.0);
            var start = new AttemptRecord
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
            journal.Write(start);
            journal.Write(start with { EndedAt = at.AddMilliseconds(400), Status = 200, Tokens = new TokenCounts(800 + (i % 97), 0, 0, 0, 90 + (i % 31), 0) });
        }
    }
}
