using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>What one transaction adds to the rollups. It is written with the transaction's end, so that both are there or neither.</summary>
internal sealed class RollupChanges(LedgerTransaction transaction, ChargeKinds kinds)
{
    private readonly Dictionary<(long Day, ChargeKind Kind), ChargeSum> _charges = [];
    private readonly Dictionary<AttemptCell, long> _attempts = [];
    private readonly Dictionary<RenderCell, RenderSum> _renders = [];
    private readonly HashSet<RenderAttempt> _touched = [];

    // Charges of a render come one after the other, so that the last cell is kept at hand.
    private (RenderCell Cell, RenderSum Sum)? _last;

    /// <summary>A charge was added; its price, if it has one, comes by <see cref="Price"/>.</summary>
    public void Add(UsageFact fact) => Cell(fact).Add(fact.Quantity, fact.DeviceTime?.Microseconds ?? 0);

    /// <summary>A charge without a price was taken back.</summary>
    /// <param name="reversal">What takes it back, which has no price either.</param>
    public void TakeBack(UsageFact reversal) => Cell(reversal).TakeBack(reversal.Quantity, reversal.DeviceTime?.Microseconds ?? 0);

    /// <summary>A charge without a price was given one.</summary>
    /// <param name="fact">The charge.</param>
    /// <param name="amount">What it costs.</param>
    /// <param name="rate">The rate of its day; null while there is none.</param>
    public void Price(UsageFact fact, Amount amount, FxRate? rate)
    {
        Cell(fact).Price(fact.Quantity, fact.Weight, amount, rate);
        if (fact.RenderId is { } render)
        {
            var attempt = new RenderAttempt(fact.RunId, render, fact.Attempt);
            var cell = new RenderCell(attempt, EventTime.DayOf(EventTime.ToMicroseconds(fact.At)), fact.Tags.Text);
            var sum = _last is { } last && last.Cell == cell ? last.Sum : Take(cell);
            sum.Add(amount, rate);
            _last = (cell, sum);
        }
    }

    /// <summary>An attempt delivered.</summary>
    public void Deliver(AttemptKey attempt) => _touched.Add(new RenderAttempt(attempt.RunId, attempt.RenderId, attempt.Number));

    /// <summary>Attempts came to a state, or left it.</summary>
    public void Add(AttemptCell cell, long attempts)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_attempts, cell, out _);
        sum += attempts;
    }

    /// <summary>Writes what was gathered so far.</summary>
    public void Flush()
    {
        Keep();
        RollupRows.Add(transaction, [.. _charges.Select(each => (each.Key.Day, kinds.Number(transaction, each.Key.Kind), each.Value))]);
        RollupRows.Add(transaction, _attempts);
        RenderRollupWrites.Add(transaction, _renders);
        RenderRollupWrites.Mark(transaction, _touched);
        _charges.Clear();
        _attempts.Clear();
        _renders.Clear();
        _touched.Clear();
    }

    /// <summary>Days were given their rates: what was posted before is converted by them, entry by entry, in one look at the entries for all days.</summary>
    public void Convert(IReadOnlyDictionary<int, FxRate> rates)
    {
        Flush();
        if (!rates.Keys.Any(day => RollupRows.HasUnconverted(transaction, day)))
        {
            return;
        }

        var renders = new Dictionary<RenderCell, RenderSum>();
        var sums = RollupScan.Charges(transaction, rates, renders, onlyRated: true);
        RenderRollupWrites.SetEuros(transaction, renders);
        RollupRows.SetEuros(transaction, [.. sums.Select(each => (each.Key.Day, kinds.Number(transaction, each.Key.Kind), each.Value))]);
    }

    /// <summary>Puts the last cell back and takes another one.</summary>
    private RenderSum Take(RenderCell cell)
    {
        Keep();
        return _renders.GetValueOrDefault(cell);
    }

    private void Keep()
    {
        if (_last is { } last)
        {
            _renders[last.Cell] = last.Sum;
            _touched.Add(last.Cell.Of);
            _last = null;
        }
    }

    private ref ChargeSum Cell(UsageFact fact) => ref CollectionsMarshal.GetValueRefOrAddDefault(
        _charges, (EventTime.DayOf(EventTime.ToMicroseconds(fact.At)), ChargeKind.Of(fact)), out _);
}

/// <summary>Attempts of a run that ended alike on a day, or started on it and are open (outcome empty).</summary>
internal readonly record struct AttemptCell(long Day, string RunId, string Tags, string Precision, string Outcome)
{
    /// <summary>The columns in their order, of <c>attempt_rollups AS r</c>.</summary>
    public const string Columns = "r.day, r.run_id, r.tags, r.precision, r.outcome";
}
