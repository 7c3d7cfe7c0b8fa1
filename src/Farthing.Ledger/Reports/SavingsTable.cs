using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>Adds memos up to the rows that stand beside a stage table.</summary>
internal sealed class SavingsTable(Currency currency)
{
    private readonly Dictionary<(SavingsKind Kind, Stage Stage, string Resource, string Meter), Dictionary<string, MemoSum>> _rows = [];

    public void Add(MemoKey memo, MemoSum added)
    {
        var key = (memo.Kind, memo.Cell.Stage, memo.Resource, memo.Meter);
        if (!_rows.TryGetValue(key, out var evidence))
        {
            _rows[key] = evidence = new Dictionary<string, MemoSum>(StringComparer.Ordinal);
        }

        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(evidence, memo.Evidence, out _);
        sum.Memos += added.Memos;
        sum.Unpriced += added.Unpriced;
        sum.Quantity = checked(sum.Quantity + added.Quantity);
        sum.Amount = checked(sum.Amount + added.Amount);
    }

    public IReadOnlyList<SavingsRow> Build() =>
    [
        .. _rows
            .OrderBy(static row => row.Key.Kind)
            .ThenBy(static row => row.Key.Stage)
            .ThenBy(static row => row.Key.Resource, StringComparer.Ordinal)
            .ThenBy(static row => row.Key.Meter, StringComparer.Ordinal)
            .Select(row => new SavingsRow
            {
                Kind = row.Key.Kind,
                Stage = row.Key.Stage,
                Resource = row.Key.Resource,
                Meter = row.Key.Meter,
                Memos = row.Value.Values.Sum(static sum => sum.Memos),
                Unpriced = row.Value.Values.Sum(static sum => sum.Unpriced),
                Quantity = row.Value.Values.Aggregate(Int128.Zero, static (all, sum) => checked(all + sum.Quantity)),
                Avoided = row.Value.Values.All(static sum => sum.Unpriced == sum.Memos)
                    ? null
                    : new CurrencyAmount(row.Value.Values.Aggregate(Int128.Zero, static (all, sum) => checked(all + sum.Amount)), currency),
                Evidence =
                [
                    .. row.Value
                        .OrderByDescending(static each => each.Value.Memos)
                        .ThenBy(static each => each.Key, StringComparer.Ordinal)
                        .Take(SavingsRow.MostEvidence)
                        .Select(static each => new SavingsEvidence(each.Key, each.Value.Memos)),
                ],
                Evidences = row.Value.Count,
            }),
    ];
}
