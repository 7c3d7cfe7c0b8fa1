using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Import;

/// <summary>A lot: so many renders of one run that ended alike. It is written once, for ever.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Its name in the run, which its renders' names begin with.</param>
/// <param name="Count">How many renders.</param>
/// <param name="Outcome">How they ended; null where the first of them has not ended.</param>
/// <param name="Reason">Why.</param>
/// <param name="Tags">Their tags.</param>
/// <param name="At">When they started and ended.</param>
internal sealed record ImportedLot(string RunId, string Name, int Count, AttemptOutcome? Outcome, string Reason, TagSet Tags, DateTimeOffset At)
{
    /// <summary>When, as far as the ledger keeps it: two lots are the same when that is.</summary>
    public DateTimeOffset At { get; } = EventTime.FromMicroseconds(EventTime.ToMicroseconds(At));

    /// <summary>What it says, for people.</summary>
    public (string Name, string? Value)[] Said =>
    [
        ("count", Count.ToString(CultureInfo.InvariantCulture)), ("outcome", Outcome is { } outcome ? Attempts.Code(outcome) : null), ("reason", Reason),
        ("tags", Tags.Text), ("at", SaidTwice.Instant(At)),
    ];

    /// <summary>The name of a lot's render, from 1.</summary>
    public static string RenderOf(string lot, int number) => string.Create(CultureInfo.InvariantCulture, $"{lot}-{number:D6}");

    /// <summary>The attempt at one of its renders, from 1.</summary>
    public AttemptKey Key(int number) => new(RunId, RenderOf(Name, number), 1);

    /// <summary>The lot as the ledger has it; null where its first render is not there.</summary>
    public static ImportedLot? Find(LedgerTransaction transaction, string run, string name)
    {
        var key = new { run, render = RenderOf(name, 1) };
        var started = transaction.Query<(string? Tags, long At)>(
            "SELECT tags, started_at FROM attempts WHERE run_id = @run AND render_id = @render AND attempt = 1", key).FirstOrDefault();
        if (started.Tags is null)
        {
            return null;
        }

        var ended = transaction.Query<(string? Outcome, string? Reason, long At)>(
            "SELECT outcome, reason, at FROM attempt_outcomes WHERE run_id = @run AND render_id = @render AND attempt = 1", key).FirstOrDefault();
        return new ImportedLot(
            run,
            name,
            CountOf(transaction, run, name),
            ended.Outcome is null ? null : Attempts.Parse(ended.Outcome),
            ended.Reason ?? "",
            TagSet.Parse(started.Tags),
            EventTime.FromMicroseconds(ended.Outcome is null ? started.At : ended.At));
    }

    /// <summary>How many renders there are without a gap: their last is looked for by doubling, then by halving.</summary>
    private static int CountOf(LedgerTransaction transaction, string run, string name)
    {
        var (there, gone) = (1, 2);
        while (IsThere(gone))
        {
            (there, gone) = (gone, gone * 2);
        }

        while (gone - there > 1)
        {
            var middle = there + ((gone - there) / 2);
            (there, gone) = IsThere(middle) ? (middle, gone) : (there, middle);
        }

        return there;

        bool IsThere(int number) => transaction.Scalar<long>(
            "SELECT count(*) FROM attempts WHERE run_id = @run AND render_id = @render AND attempt = 1", new { run, render = RenderOf(name, number) }) != 0;
    }
}
