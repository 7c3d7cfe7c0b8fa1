using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>Adds cells up to one stage table.</summary>
internal sealed class StageTable(ReportQuery query)
{
    private const int Million = 1_000_000;
    private readonly CellSum[] _stages = new CellSum[StageNames.All.Count];
    private readonly SortedDictionary<(string Resource, string Meter), (long Charges, Int128 Quantity)> _unpriced = [];
    private readonly SavingsTable _savings = new(query.Currency);
    private readonly long[] _outcomes = new long[Enum.GetValues<AttemptOutcome>().Length];
    private long _open;

    public void Add(CostCells cells)
    {
        foreach (var (key, sum) in cells.Sums)
        {
            Add(key, sum);
        }

        foreach (var (usage, counted) in cells.Unpriced)
        {
            Add(usage, counted);
        }

        foreach (var (attempt, count) in cells.Attempts)
        {
            Add(attempt, count);
        }

        foreach (var (memo, sum) in cells.Memos)
        {
            Add(memo, sum);
        }
    }

    public void Add(MemoKey memo, MemoSum sum) => _savings.Add(memo, sum);

    public void Add(CellKey key, CellSum sum)
    {
        ref var stage = ref _stages[(int)key.Stage];
        stage.Amount = checked(stage.Amount + sum.Amount);
        stage.Time = checked(stage.Time + sum.Time);
    }

    public void Add((CellKey Cell, string Resource, string Meter) usage, (long Charges, Int128 Quantity) counted)
    {
        var (charges, quantity) = _unpriced.GetValueOrDefault((usage.Resource, usage.Meter));
        _unpriced[(usage.Resource, usage.Meter)] = (charges + counted.Charges, quantity + counted.Quantity);
    }

    public void Add(AttemptKind attempt, long count)
    {
        if (attempt.Outcome is { } outcome)
        {
            _outcomes[(int)outcome] += count;
        }
        else
        {
            _open += count;
        }
    }

    public StageReport Build()
    {
        Stage[] stages = [.. StageNames.All.Where(stage =>
            stage.IsOfRender() || _stages[(int)stage].Amount != 0 || _stages[(int)stage].Time != 0)];
        var amounts = Array.ConvertAll(stages, stage => _stages[(int)stage].Amount);
        var times = Array.ConvertAll(stages, stage => _stages[(int)stage].Time);
        var costShares = Shares(amounts);
        var timeShares = Shares(times);
        var delivered = Outcome(AttemptOutcome.Delivered);
        return new StageReport
        {
            Rows = [.. stages.Select((stage, i) =>
            {
                var amount = new CurrencyAmount(amounts[i], query.Currency);
                return new StageRow(
                    stage, new DeviceMicroseconds(times[i]), timeShares[i], amount, costShares[i], amount.DividedBy(delivered));
            })],
            Total = new CurrencyAmount(Sum(amounts), query.Currency),
            TotalTime = new DeviceMicroseconds(Sum(times)),
            Attempts = new AttemptCounts
            {
                Delivered = delivered,
                Failed = Outcome(AttemptOutcome.Failed),
                Lost = Outcome(AttemptOutcome.Lost),
                Duplicate = Outcome(AttemptOutcome.Duplicate),
                Cancelled = Outcome(AttemptOutcome.Cancelled),
                Open = _open,
            },
            Unpriced = [.. _unpriced.Select(static row =>
                new UnpricedUsage(row.Key.Resource, row.Key.Meter, row.Value.Charges, row.Value.Quantity))],
            Savings = _savings.Build(),
            Basis = query.Basis,
        };
    }

    /// <summary>Shares in millionths that sum to a million; a row below zero, such as a rounding, has none.</summary>
    private static int[] Shares(Int128[] values)
    {
        var weights = Array.ConvertAll(values, static value => Int128.Max(0, value));
        return Array.Exists(weights, static weight => weight > 0)
            ? Array.ConvertAll(LargestRemainder.Split(Million, weights), static share => (int)share)
            : new int[values.Length];
    }

    private static Int128 Sum(Int128[] values) => values.Aggregate(Int128.Zero, static (sum, value) => checked(sum + value));

    private long Outcome(AttemptOutcome outcome) => _outcomes[(int)outcome];
}
