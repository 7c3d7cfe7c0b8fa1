using Farthing.Ledger.Money;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>What a semantic cache would have done with labelled pairs at a range of thresholds.</summary>
/// <param name="Rows">One row a threshold, rising.</param>
/// <param name="Recommended">The row that is recommended.</param>
/// <param name="IsWithin">Whether its false hits are within what is allowed; if not, it is the row with the fewest.</param>
/// <param name="Kinds">The kinds at the recommended threshold: same ones first, each by name.</param>
public sealed record ThresholdSweep(IReadOnlyList<SweepRow> Rows, SweepRow Recommended, bool IsWithin, IReadOnlyList<KindRow> Kinds)
{
    /// <summary>Sweeps a range.</summary>
    /// <remarks>
    /// Recommended is, among the thresholds whose false hits with the guard are within the limit, the one with the most
    /// true hits, and of equal ones the highest.
    /// </remarks>
    /// <param name="pairs">At least one scored pair.</param>
    /// <param name="thresholds">At least one threshold, rising.</param>
    /// <param name="price">What a request costs.</param>
    /// <param name="maxFalseRate">The most false hits per different pair.</param>
    public static ThresholdSweep Run(IReadOnlyList<ScoredPair> pairs, IReadOnlyList<decimal> thresholds, Amount price, double maxFalseRate)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentOutOfRangeException.ThrowIfZero(pairs.Count, nameof(pairs));
        ArgumentOutOfRangeException.ThrowIfZero(thresholds.Count, nameof(thresholds));
        List<SweepRow> rows = [.. thresholds.Select(threshold => Row(pairs, threshold, price))];
        List<SweepRow> within = rows.FindAll(row => row.Guarded.FalseHitRate <= maxFalseRate);
        SweepRow recommended = within.Count > 0
            ? within.OrderByDescending(static row => row.Guarded.TrueHits).ThenByDescending(static row => row.Threshold).First()
            : rows.OrderBy(static row => row.Guarded.FalseHits).ThenByDescending(static row => row.Guarded.TrueHits).First();
        return new ThresholdSweep(rows, recommended, within.Count > 0, KindRows(pairs, recommended.Threshold));
    }

    private static bool Hits(ScoredPair pair, decimal threshold) => pair.Cosine >= (double)threshold;

    private static SweepRow Row(IReadOnlyList<ScoredPair> pairs, decimal threshold, Amount price) => new(
        threshold,
        Count(pairs, pair => Hits(pair, threshold) && pair.Verdict.IsSame, price),
        Count(pairs, pair => Hits(pair, threshold), price));

    private static SweepHits Count(IReadOnlyList<ScoredPair> pairs, Func<ScoredPair, bool> hits, Amount price)
    {
        int same = pairs.Count(static pair => pair.Pair.Same);
        List<CaptionPair> served = [.. pairs.Where(hits).Select(static pair => pair.Pair)];
        int trueHits = served.Count(static pair => pair.Same);
        return new SweepHits
        {
            Pairs = pairs.Count,
            Same = same,
            TrueHits = trueHits,
            FalseHits = served.Count - trueHits,
            FalseByKind = served.Where(static pair => !pair.Same).GroupBy(static pair => pair.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal)
                .ToDictionary(static kind => kind.Key, static kind => kind.Count(), StringComparer.Ordinal),
            Saved = new CurrencyAmount((Int128)price.Units * trueHits, Currency.Usd),
            Risked = new CurrencyAmount((Int128)price.Units * (served.Count - trueHits), Currency.Usd),
        };
    }

    private static List<KindRow> KindRows(IReadOnlyList<ScoredPair> pairs, decimal threshold) =>
    [
        .. pairs.GroupBy(static pair => (pair.Pair.Same, pair.Pair.Kind))
            .OrderByDescending(static kind => kind.Key.Same).ThenBy(static kind => kind.Key.Kind, StringComparer.Ordinal)
            .Select(kind => new KindRow(
                kind.Key.Kind,
                kind.Key.Same,
                kind.Count(),
                kind.Average(static pair => pair.Cosine),
                kind.Count(pair => Hits(pair, threshold)),
                kind.Count(pair => Hits(pair, threshold) && pair.Verdict.IsSame),
                kind.Count(static pair => pair.Verdict.IsSame))),
    ];
}
