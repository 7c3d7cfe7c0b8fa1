using System.Globalization;

namespace Farthing.Drills.Outage;

/// <summary>What is asked of a run, and whether it was reached.</summary>
internal static class OutageMarks
{
    private const double SlowestFactor = 1.5;

    /// <summary>The marks of a run in which the gateway lived.</summary>
    public static IReadOnlyList<Mark> Of(IReadOnlyList<CallSeen> calls, Phase healthy, Phase open, IReadOnlyList<ProviderCount> simulator, LedgerBooks books)
    {
        double? factor = open.Quantile(0.95) / healthy.Quantile(0.95);
        return
        [
            Lost(calls),
            new(
                "p95 with the breaker open / healthy", $"≤ {SlowestFactor}×",
                factor is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found:F2}×") : "the breaker did not open", factor <= SlowestFactor, IsTiming: true),
            Same("attempts and tokens: ledger = simulator", simulator, books.Attempts),
            Same("tokens charged = simulator", [.. Billed(simulator)], books.Charges),
            Acknowledged(calls, books),
        ];
    }

    /// <summary>The marks of a run in which the gateway was killed.</summary>
    public static IReadOnlyList<Mark> OfKilled(IReadOnlyList<CallSeen> calls, IReadOnlyList<ProviderCount> simulator, LedgerBooks books)
    {
        // An attempt is written down before it is sent, so the ledger may have lost ones that never left, and none too few.
        long more = books.Attempts.Sum(static row => row.Attempts) - simulator.Sum(static row => row.Attempts);
        long paid = simulator.Sum(static row => row.Answered) - books.Attempts.Sum(static row => row.Answered);
        return
        [
            Lost(calls),
            Acknowledged(calls, books),
            new("attempts that the ledger lacks", "0", $"{Math.Max(0, -more)}", more >= 0),
            new("attempts open at the kill, booked 'lost'", "≥ 1, and all that the ledger has more", $"{books.Lost}, {more} more", books.Lost >= 1 && more <= books.Lost),
            new("answers paid for and not booked as answered", "no more than 'lost'", $"{paid}", paid >= 0 && paid <= books.Lost),
        ];
    }

    private static Mark Same(string name, IReadOnlyList<ProviderCount> simulator, IReadOnlyList<ProviderCount> ledger)
    {
        bool isSame = simulator.SequenceEqual(ledger);
        return new(name, "to the last unit", isSame ? "equal" : $"simulator {string.Join(", ", simulator.Except(ledger))}; ledger {string.Join(", ", ledger.Except(simulator))}", isSame);
    }

    private static Mark Lost(IReadOnlyList<CallSeen> calls)
    {
        CallSeen[] lost = [.. calls.Where(static call => call.Fault is not null)];
        return new("calls lost", "0", lost is [var first, ..] ? $"{lost.Length}, such as: {first.Fault}" : "0", lost.Length == 0);
    }

    /// <summary>Whatever a client holds an answer of is in the ledger, with the tokens that the client was told.</summary>
    private static Mark Acknowledged(IReadOnlyList<CallSeen> calls, LedgerBooks books)
    {
        CallSeen[] answered = [.. calls.Where(static call => call.Fault is null)];
        int booked = answered.Count(call => books.Answers.TryGetValue(call.RequestId, out var tokens) && tokens == call.Tokens);
        return new("answers that clients hold, in the ledger with their tokens", "all", $"{booked} of {answered.Length}", booked == answered.Length);
    }

    private static IEnumerable<ProviderCount> Billed(IReadOnlyList<ProviderCount> simulator) =>
        simulator.Select(static row => row.AsCharged()).Where(static row => row is not { Input: 0, CachedInput: 0, CacheWrite: 0, Output: 0, Reasoning: 0 });
}
