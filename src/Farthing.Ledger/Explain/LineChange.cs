using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Explain;

/// <summary>A line's factors before and after, and what it costs a render when some of them have changed and others not.</summary>
internal sealed class LineChange(LineKey key, LineFactors before, LineFactors after)
{
    /// <summary>What a cache costs itself is posted under resources that begin so, and belongs to its hits.</summary>
    public const string CachePrefix = "cache/";

    private readonly WaterfallFactor _intensity = !key.Resource.StartsWith(CachePrefix, StringComparison.Ordinal)
        ? WaterfallFactor.Unexplained
        : key.Stage switch
        {
            Stage.TextEncode => WaterfallFactor.TextCache,
            Stage.Caption => WaterfallFactor.CaptionCache,
            _ => WaterfallFactor.Unexplained,
        };

    /// <summary>What the line costs one delivered render.</summary>
    /// <param name="hasChanged">Which factors have the value of after; the others have that of before.</param>
    public Fraction Cost(Predicate<WaterfallFactor> hasChanged)
    {
        var mix = Pick(WaterfallFactor.Mix).ClassShare
            * Known(WaterfallFactor.Mix, static side => side.Work)
            * Known(WaterfallFactor.Mix, static side => side.ResourceShare);
        var used = mix * Known(_intensity, static side => side.Intensity) * Remaining();
        var fixedPart = Pick(WaterfallFactor.Idle).Idle * Pick(WaterfallFactor.Volume).PerRender;
        return (used + Pick(WaterfallFactor.Waste).Waste + Pick(WaterfallFactor.Unexplained).Rest + fixedPart)
            * Known(WaterfallFactor.Price, static side => side.Price);

        LineFactors Pick(WaterfallFactor factor) => hasChanged(factor) ? after : before;

        Fraction Known(WaterfallFactor factor, Func<LineFactors, Fraction?> value) =>
            value(Pick(factor)) ?? value(hasChanged(factor) ? before : after) ?? Fraction.Zero;

        Fraction Remaining()
        {
            var left = Fraction.One;
            foreach (var kind in Enum.GetValues<SavingsKind>())
            {
                left -= Known(FactorOf(kind), side => side.Saved is null ? null : side.Saved.GetValueOrDefault(kind, Fraction.Zero));
            }

            return left;
        }
    }

    /// <summary>
    /// The part of each factor in the change (Shapley 1953): the mean, over all orders in which the factors could have
    /// changed, of what the cost changes with it. So no order is preferred and the parts sum to the change.
    /// </summary>
    /// <returns>The parts that are not 0.</returns>
    public IEnumerable<(WaterfallFactor Factor, Fraction Part)> Parts()
    {
        WaterfallFactor[] factors = [.. Enum.GetValues<WaterfallFactor>().Where(Matters)];
        var costs = new Fraction[1 << factors.Length];
        for (var set = 0; set < costs.Length; set++)
        {
            costs[set] = Cost(factor => Array.IndexOf(factors, factor) is >= 0 and var i && (set >> i & 1) != 0);
        }

        for (var i = 0; i < factors.Length; i++)
        {
            var part = Fraction.Zero;
            for (var set = 0; set < costs.Length; set++)
            {
                if ((set >> i & 1) == 0)
                {
                    part += Weight(int.PopCount(set), factors.Length) * (costs[set | 1 << i] - costs[set]);
                }
            }

            if (part != Fraction.Zero)
            {
                yield return (factors[i], part);
            }
        }
    }

    private static WaterfallFactor FactorOf(SavingsKind kind) => kind switch
    {
        SavingsKind.Int8 => WaterfallFactor.Int8,
        SavingsKind.TextEmbeddingCache => WaterfallFactor.TextCache,
        SavingsKind.CaptionCache => WaterfallFactor.CaptionCache,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };

    /// <summary>A factor that is equal in both periods changes nothing, whatever the others do, and its part is 0.</summary>
    private bool Matters(WaterfallFactor factor) => factor switch
    {
        WaterfallFactor.Price => Differ(static side => side.Price),
        WaterfallFactor.Mix => before.ClassShare != after.ClassShare
            || Differ(static side => side.Work) || Differ(static side => side.ResourceShare),
        WaterfallFactor.Volume => before.PerRender != after.PerRender
            && (before.Idle != Fraction.Zero || after.Idle != Fraction.Zero),
        WaterfallFactor.Idle => before.Idle != after.Idle,
        WaterfallFactor.Waste => before.Waste != after.Waste,
        WaterfallFactor.Unexplained => before.Rest != after.Rest
            || (_intensity == factor && Differ(static side => side.Intensity)),
        _ => (_intensity == factor && Differ(static side => side.Intensity))
            || Enum.GetValues<SavingsKind>().Any(kind => FactorOf(kind) == factor
                && Differ(side => side.Saved is null ? null : side.Saved.GetValueOrDefault(kind, Fraction.Zero))),
    };

    private bool Differ(Func<LineFactors, Fraction?> value) =>
        value(before) is { } left && value(after) is { } right && left != right;

    /// <summary>The share of orders in which just a given set of <paramref name="size"/> comes before a factor.</summary>
    private static Fraction Weight(int size, int factors) =>
        new(Factorial(size) * Factorial(factors - size - 1), Factorial(factors));

    private static long Factorial(int number) => number < 2 ? 1 : number * Factorial(number - 1);
}
