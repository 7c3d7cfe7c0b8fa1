using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>Makes all rollups again of the entries, and holds those that are stored against them.</summary>
internal static class RollupCheck
{
    public static void Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        if (transaction.Query<long>("SELECT made FROM rollup_state").ToList() is not [1])
        {
            problems.Add(Problem("rollup_state", "does not say that the rollups are made."));
        }

        foreach (var (day, kind) in transaction.Query<(long Day, long Kind)>(
            "SELECT r.day, r.kind FROM charge_rollups AS r WHERE NOT EXISTS (SELECT 1 FROM charge_kinds AS k WHERE k.seq = r.kind) ORDER BY r.day, r.kind").ToList())
        {
            problems.Add(Problem($"the rollup of day {day} and kind {kind}", "is of a kind that is not there."));
        }

        var renders = new Dictionary<RenderCell, RenderSum>();
        var charges = RollupScan.Charges(transaction, CostQuery.Rates(transaction, Currency.Eur), renders);
        foreach (var (day, kind, stored) in RollupRows.Read(transaction, long.MinValue, long.MaxValue, null))
        {
            // Euros too: a day is converted in the transaction that fixes its rate.
            charges.Remove((day, kind), out var sum);
            if (stored != sum)
            {
                problems.Add(Problem(Name(day, kind.ToString()), $"says {stored}, but its charges come to {sum}."));
            }
        }

        foreach (var ((day, kind), sum) in charges)
        {
            problems.Add(Problem(Name(day, kind.ToString()), $"is missing; its charges come to {sum}."));
        }

        CheckRenders(transaction, renders, problems);
        var attempts = RollupScan.Attempts(transaction);
        foreach (var (cell, stored) in RollupRows.ReadAttempts(transaction, long.MinValue, long.MaxValue, null))
        {
            attempts.Remove(cell, out var count);
            if (stored != count)
            {
                problems.Add(Problem(Name(cell.Day, cell), $"says {stored} attempts, but there are {count}."));
            }
        }

        foreach (var (cell, count) in attempts)
        {
            problems.Add(Problem(Name(cell.Day, cell), $"is missing; there are {count} attempts of it."));
        }
    }

    private static void CheckRenders(LedgerTransaction transaction, Dictionary<RenderCell, RenderSum> renders, LedgerProblems problems)
    {
        foreach (var (cell, isDelivered, stored) in RenderRollupRows.ReadNamed(transaction))
        {
            renders.Remove(cell, out var sum);
            if (stored != sum || isDelivered.Stored != isDelivered.Posted)
            {
                problems.Add(Problem(Name(cell), stored != sum
                    ? $"says {stored}, but its charges come to {sum}."
                    : $"says that it was {(isDelivered.Stored ? "" : "not ")}delivered, but it was{(isDelivered.Posted ? "" : " not")}."));
            }
        }

        foreach (var (cell, sum) in renders)
        {
            problems.Add(Problem(Name(cell), $"is missing; its charges come to {sum}."));
        }
    }

    private static LedgerProblem Problem(string where, string what) => new(0, where, what) { IsOfRollups = true };

    private static string Name(RenderCell cell) => Name(cell.Day, $"attempt {cell.Of.Attempt} of the render '{cell.Of.RunId}/{cell.Of.RenderId}'");

    private static string Name(long day, AttemptCell cell) => Name(day, $"{(cell.Outcome.Length == 0 ? "open" : cell.Outcome)} attempts of the run '{cell.RunId}' with the tags '{cell.Tags}'");

    private static string Name(long day, string of) => $"the rollup of {EventTime.ToDate((int)day):yyyy-MM-dd}, {of},";
}
