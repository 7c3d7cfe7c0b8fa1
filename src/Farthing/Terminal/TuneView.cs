using System.Globalization;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Tuning;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>A sweep as tables.</summary>
internal static class TuneView
{
    private const int LongestKind = 40;

    /// <summary>Prints the sweep, the kinds at the recommended threshold, and why the guard refused.</summary>
    public static void Print(Screen screen, ThresholdSweep sweep, IReadOnlyList<ScoredPair> pairs, string priceNote)
    {
        SweepHits any = sweep.Recommended.Guarded;
        screen.Write(string.Create(CultureInfo.InvariantCulture, $"{any.Pairs} pairs: {any.Same} same, {any.Pairs - any.Same} different. {priceNote}"));
        screen.Result.Write(Sweep(sweep));
        screen.Result.Write(Kinds(sweep));
        screen.Result.Write(Reasons(sweep, pairs));
        screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{(sweep.IsWithin ? "Recommended" : "Fewest false hits")} with the guard: {sweep.Recommended.Threshold:0.00#} (hit rate {Percent(any.HitRate)}, recall {Percent(any.Recall)}, false hits {Percent(any.FalseHitRate)}). Saved {any.Saved}, risked {any.Risked} on these pairs."));
    }

    /// <summary>What to bear in mind about the result.</summary>
    public static IEnumerable<string> Notes(ThresholdSweep sweep, double maxFalse)
    {
        SweepHits any = sweep.Recommended.Guarded;
        if (any.Same == any.Pairs)
        {
            yield return "All pairs are the same, so false hits can't be seen here. Add pairs with \"same\": false before you trust a threshold.";
        }
        else if (any.Same == 0)
        {
            yield return "No pair is the same, so nothing can be saved here. Add pairs with \"same\": true.";
        }

        if (!sweep.IsWithin)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"No threshold keeps false hits within {Percent(maxFalse)}; the one with the fewest is named.");
        }
        else if (sweep.Recommended == sweep.Rows[0] && sweep.Recommended.Threshold > 0.70m)
        {
            yield return "The lowest threshold looked at is the best of them. --from 0.70 looks further down.";
        }
    }

    private static Table Sweep(ThresholdSweep sweep)
    {
        Table table = New("threshold", "hit rate", "recall", "false", "false hits", "saved", "risked", "alone: recall", "alone: false", "alone: risked");
        foreach (SweepRow row in sweep.Rows)
        {
            table.AddRow(
                row.Threshold.ToString("0.00#", CultureInfo.InvariantCulture) + (row == sweep.Recommended ? " *" : ""),
                Percent(row.Guarded.HitRate),
                Percent(row.Guarded.Recall),
                Percent(row.Guarded.FalseHitRate),
                Number(row.Guarded.FalseHits),
                row.Guarded.Saved.ToString(),
                row.Guarded.Risked.ToString(),
                Percent(row.Plain.Recall),
                Percent(row.Plain.FalseHitRate),
                row.Plain.Risked.ToString());
        }

        return table.Title("With the guard, and with the cosine alone");
    }

    private static Table Kinds(ThresholdSweep sweep)
    {
        Table table = New("kind", "pairs", "mean cosine", "served", "alone: served", "guard alone");
        foreach (bool same in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (KindRow kind in sweep.Kinds.Where(kind => kind.Same == same))
            {
                table.AddRow(
                    Markup.Escape((same ? "same, " : "different, ") + Short(kind.Kind)),
                    Number(kind.Pairs),
                    kind.MeanCosine.ToString("0.000", CultureInfo.InvariantCulture),
                    Percent((double)kind.GuardedHits / kind.Pairs),
                    Percent((double)kind.PlainHits / kind.Pairs),
                    Percent((double)kind.GuardAlone / kind.Pairs));
            }
        }

        return table.Title(string.Create(CultureInfo.InvariantCulture, $"By kind at {sweep.Recommended.Threshold:0.00#}"));
    }

    private static Table Reasons(ThresholdSweep sweep, IReadOnlyList<ScoredPair> pairs)
    {
        Table table = New("refused for", "same pairs", "different pairs");
        var refused = pairs.Where(pair => pair.Cosine >= (double)sweep.Recommended.Threshold && !pair.Verdict.IsSame);
        foreach (var reason in refused.GroupBy(static pair => pair.Verdict.Reason).OrderBy(static reason => reason.Key))
        {
            table.AddRow(new GuardVerdict(reason.Key).ToString(), Number(reason.Count(static pair => pair.Pair.Same)), Number(reason.Count(static pair => !pair.Pair.Same)));
        }

        return table.Title("Candidates that the guard refused there");
    }

    private static Table New(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (int at = 0; at < columns.Length; at++)
        {
            var column = new TableColumn(columns[at]).NoWrap();
            table.AddColumn(at == 0 ? column : column.RightAligned());
        }

        return table;
    }

    /// <summary>A name of the file's, which may hold anything, in one line beside the other columns.</summary>
    private static string Short(string kind) =>
        Screen.Printable(kind.Length > LongestKind ? kind[..LongestKind] + "…" : kind).ReplaceLineEndings(" ");

    private static string Percent(double rate) => (100 * rate).ToString("0.00", CultureInfo.InvariantCulture) + "%";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
