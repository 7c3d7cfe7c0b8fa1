using System.Runtime.InteropServices;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Parts the cells of a scope by outcome: all of it is useful but what nothing was delivered for, which is moved charge by charge.</summary>
internal static class OutcomeCells
{
    /// <summary>Attempts that delivered or have not ended, and usage of no attempt.</summary>
    public const string Useful = "useful";

    private const string LostTime = "lost time";

    public static void Part(LedgerTransaction transaction, ReportQuery query, CostCells cells)
    {
        foreach (var (key, sum) in cells.Sums.ToList())
        {
            cells.Sums.Remove(key);
            cells.Sums[key with { Part = Useful }] = sum;
        }

        foreach (var (key, counted) in cells.Unpriced.ToList())
        {
            cells.Unpriced.Remove(key);
            cells.Unpriced[key with { Cell = key.Cell with { Part = Useful } }] = counted;
        }

        var moved = new Dictionary<(UndeliveredKind Of, int Day), CellSum>();
        foreach (var charge in UndeliveredQuery.Read(transaction, query))
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(moved, (charge.Of, EventTime.DayOf(charge.At)), out _);
            sum.Time += charge.Time;
            sum.Amount += charge.Amount;
        }

        foreach (var ((of, day), sum) in moved)
        {
            var key = new CellKey(of.Kind.RunId, day, of.Kind.Tags, of.Kind.Precision, of.Stage, Useful);
            Add(key, -sum.Time, -sum.Amount);
            Add(key with { Part = of.Outcome.Length == 0 ? LostTime : of.Outcome }, sum.Time, sum.Amount);
        }

        void Add(CellKey key, Int128 time, Int128 amount)
        {
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Sums, key, out _);
            sum.Time += time;
            sum.Amount += amount;
        }
    }

    /// <summary>The part that an attempt counts in.</summary>
    public static string Of(AttemptOutcome? outcome) => outcome is null or AttemptOutcome.Delivered ? Useful : Attempts.Code(outcome.Value);
}
