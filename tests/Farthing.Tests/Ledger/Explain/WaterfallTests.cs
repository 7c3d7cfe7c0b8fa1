using System.Numerics;
using CsCheck;
using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Ledger.Explain;

public sealed class WaterfallTests
{
    private static readonly Stage[] Stages = Enum.GetValues<Stage>();

    private static Gen<LineKey> Key { get; } = Gen.Select(Gen.Int[0, 2], Gen.Int[0, Stages.Length - 1], Gen.Int[0, 1], Gen.Int[0, 2]).Select(
        static (tags, stage, meter, resource) => new LineKey(
            Stages[stage].IsOfRender() ? "xyz"[..tags] : "", Stages[stage], "m" + meter, resource == 2 ? "cache/c" : "r" + resource));

    // useful, wasted, amount, memo kind, avoided, work
    private static Gen<(LineKey Key, LineUsage Line)> Line { get; } = Gen.Select(
        Key,
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, 5], Gen.Long[0, 1_000_000_000_000]),
        Gen.OneOf(Gen.Const(0L), Gen.Long[0, 1_000_000]),
        Gen.Long[0, 1_000_000_000_000_000],
        Gen.Int[0, 5],
        Gen.Long[0, 1_000_000_000],
        Gen.OneOf(Gen.Const(-1L), Gen.Long[0, 1_000_000])).Select(static (key, useful, wasted, amount, kind, avoided, work) =>
        {
            var hasAmount = useful + wasted > 0 || key.Stage == Stage.Rounding;
            var line = new LineUsage { Useful = key.Stage == Stage.Lost ? 0 : useful, Wasted = wasted, Work = work < 0 ? null : work };
            line.Amount = key.Stage == Stage.Rounding ? amount % 1000 - 500 : hasAmount && line.Useful + line.Wasted > 0 ? amount : 0;
            if (kind < 3 && key.Stage.IsOfRender())
            {
                line.Avoided[(SavingsKind)kind] = avoided;
            }

            return (key, line);
        });

    private static Gen<PeriodUsage> Period { get; } = Gen.Select(Line.Array[0, 12], Gen.Long[0, 50].Array[3]).Select(static (lines, delivered) =>
    {
        var usage = new PeriodUsage();
        foreach (var (key, line) in lines)
        {
            usage.Lines[key] = line;
        }

        for (var i = 0; i < delivered.Length; i++)
        {
            usage.Delivered["xyz"[..i]] = delivered[i];
        }

        usage.Delivered[""]++;
        usage.Attempts = new AttemptCounts { Delivered = delivered.Sum() + 1 };
        return usage;
    });

    [Fact]
    public void Bars_and_cells_sum_to_the_change_to_the_last_unit() => Gen.Select(Period, Period).Sample(static (before, after) =>
    {
        var waterfall = Explain(before, after);
        Assert.Equal(waterfall.After.PerRender.Units - waterfall.Before.PerRender.Units, Sum(waterfall.Bars.Select(static bar => bar.Change.Units)));
        Assert.All(waterfall.Bars, bar => Assert.Equal(
            bar.Change.Units, Sum(waterfall.Cells.Where(cell => cell.Factor == bar.Factor).Select(static cell => cell.Change.Units))));
    }, iter: 400);

    [Fact]
    public void Swapping_before_and_after_negates_every_bar() => Gen.Select(Period, Period).Sample(static (before, after) =>
        Assert.Equal(
            Explain(before, after).Bars.Select(static bar => (bar.Factor, -bar.Change.Units)),
            Explain(after, before).Bars.Select(static bar => (bar.Factor, bar.Change.Units))), iter: 400);

    [Fact]
    public void The_order_of_the_lines_changes_nothing() => Gen.Select(Period, Period, Gen.Int).Sample(static (before, after, seed) =>
        Assert.Equal(Explain(before, after).Cells, Explain(Shuffle(before, seed), Shuffle(after, seed + 1)).Cells), iter: 200);

    [Fact]
    public void Every_line_costs_before_what_it_cost_before_and_after_what_it_cost_after() => Gen.Select(Line, Line).Sample(static (one, two) =>
    {
        var key = one.Key with { Tags = "" };
        PeriodUsage[] periods = [Of(one.Line, 7), Of(two.Line, 11)];
        var hasWork = one.Line.Work > 0 && two.Line.Work > 0;
        var change = new LineChange(
            key, LineFactors.Of(periods[0], key, [one.Line], hasWork), LineFactors.Of(periods[1], key, [two.Line], hasWork));
        Assert.Equal(new Fraction(Clean(one.Line).Amount, 7), change.Cost(static _ => false));
        Assert.Equal(new Fraction(Clean(two.Line).Amount, 11), change.Cost(static _ => true));
        var parts = change.Parts().Aggregate(Fraction.Zero, static (sum, part) => sum + part.Part);
        Assert.Equal(change.Cost(static _ => true) - change.Cost(static _ => false), parts);

        // The same usage may stand in another stage in the second period; here both are of one line.
        LineUsage Clean(LineUsage line)
        {
            line.Amount = key.Stage == Stage.Rounding || line.Useful + line.Wasted > 0 ? line.Amount : 0;
            return line;
        }

        PeriodUsage Of(LineUsage line, long delivered)
        {
            Clean(line);
            if (key.Stage.IsShared())
            {
                line.Useful += line.Wasted;
                line.Wasted = 0;
            }

            var usage = new PeriodUsage { Attempts = new AttemptCounts { Delivered = delivered } };
            usage.Delivered[""] = delivered;
            usage.Lines[key] = line;
            return usage;
        }
    }, iter: 1000);

    [Fact]
    public void The_parts_are_the_mean_over_every_order() => Gen.Select(Line, Line).Sample(static (one, two) =>
    {
        var key = new LineKey("", Stage.TextEncode, "m", "r");
        var change = new LineChange(key, Factors(one.Line, 3), Factors(two.Line, 5));
        var parts = change.Parts().ToDictionary(static part => part.Factor, static part => part.Part);
        var means = new Dictionary<WaterfallFactor, Fraction>();
        WaterfallFactor[] all = [WaterfallFactor.Price, WaterfallFactor.Int8, WaterfallFactor.TextCache, WaterfallFactor.CaptionCache, WaterfallFactor.Waste, WaterfallFactor.Unexplained];
        var orders = Orders([.. all]).ToList();
        foreach (var order in orders)
        {
            var changed = new HashSet<WaterfallFactor>();
            foreach (var factor in order)
            {
                var earlier = change.Cost(changed.Contains);
                changed.Add(factor);
                means[factor] = means.GetValueOrDefault(factor, Fraction.Zero) + ((change.Cost(changed.Contains) - earlier) * new Fraction(1, orders.Count));
            }
        }

        Assert.All(all, factor => Assert.Equal(means[factor], parts.GetValueOrDefault(factor, Fraction.Zero)));

        LineFactors Factors(LineUsage line, long delivered)
        {
            var usage = new PeriodUsage { Attempts = new AttemptCounts { Delivered = delivered } };
            usage.Delivered[""] = delivered;
            usage.Lines[key] = line;
            return LineFactors.Of(usage, key, [line], hasWork: false);
        }
    }, iter: 5);

    [Fact]
    public void A_factor_that_did_not_change_has_a_bar_of_0() => Gen.Select(Period, Gen.Int[1, 9]).Sample(static (period, times) =>
    {
        // Everything is so many times as much, and so are the deliveries: a render costs the same for the same reasons.
        Assert.All(Explain(period, period).Bars, static bar => Assert.Equal(0, bar.Change.Units));

        // Only prices are different.
        var dearer = Shuffle(period, 0);
        foreach (var (key, line) in dearer.Lines)
        {
            line.Amount *= key.Stage == Stage.Rounding ? 1 : times;
        }

        Assert.All(Explain(period, dearer).Bars.Where(static bar => bar.Factor != WaterfallFactor.Price), static bar => Assert.Equal(0, bar.Change.Units));
    }, iter: 200);

    [Fact]
    public void Each_cause_has_its_own_bar()
    {
        var before = Simple(10, useful: 1000, amount: 10_000);
        Assert.Equal([(WaterfallFactor.Price, 500)], Moved(before, Simple(10, 1000, 15_000)));
        Assert.Equal([(WaterfallFactor.Unexplained, 500)], Moved(before, Simple(10, 1500, 15_000)));
        Assert.Equal([(WaterfallFactor.Waste, 500)], Moved(before, Simple(10, 1000, 15_000, wasted: 500)));
        Assert.Equal([(WaterfallFactor.Int8, -400)], Moved(before, Simple(10, 600, 6_000, int8: 400)));
        Assert.Equal([(WaterfallFactor.Mix, 1000)], Moved(before, Simple(10, 2000, 20_000, work: 2000)));

        var (few, many) = (Simple(10, 1000, 10_000), Simple(20, 2000, 20_000, work: 2000));
        few.Lines[new LineKey("", Stage.Idle, "m", "r")] = new LineUsage { Useful = 100, Amount = 1_000 };
        many.Lines[new LineKey("", Stage.Idle, "m", "r")] = new LineUsage { Useful = 100, Amount = 1_000 };
        Assert.Equal([(WaterfallFactor.Volume, -50)], Moved(few, many));
        many.Lines[new LineKey("", Stage.Idle, "m", "r")].Useful = 200;
        many.Lines[new LineKey("", Stage.Idle, "m", "r")].Amount = 2_000;
        Assert.Equal([(WaterfallFactor.Volume, -75), (WaterfallFactor.Idle, 75)], Moved(few, many));
    }

    [Fact]
    public void Interaction_is_shared_equally_between_two_causes() =>
        // 1,000 → 6,000 by a doubled price and a tripled use. The price first: +1,000, then +4,000; the use first: +2,000, then +3,000.
        Assert.Equal(
            [(WaterfallFactor.Price, 2000), (WaterfallFactor.Unexplained, 3000)],
            Moved(Simple(10, 1000, 10_000), Simple(10, 3000, 60_000)));

    [Fact]
    public void A_claim_has_its_own_bar_and_moves_no_other()
    {
        var (before, after) = (Simple(10, 1000, 10_000), Simple(10, 600, 6_000, int8: 400));
        var claimed = new CurrencyAmount(100, Currency.Usd);
        var waterfall = Waterfalls.Explain(("a", before), ("b", after), Currency.Usd, CostBasis.Loaded, claimed);
        Assert.Equal((-500, -400), ((long)waterfall.Bars[^1].Change.Units, (long)waterfall.Bars[(int)WaterfallFactor.Int8].Change.Units));
        Assert.Equal(waterfall.Change.Units, Sum(waterfall.Bars.Select(static bar => bar.Change.Units)));
    }

    [Fact]
    public void Rounding_is_symmetric_and_leaves_zero_alone() =>
        Gen.Select(Gen.Long[-1_000_000, 1_000_000].Array[1, 8], Gen.Int[-1, 1]).Sample(static (parts, ends) =>
        {
            BigInteger[] exact = [.. parts.Select(static part => (BigInteger)part)];
            if (exact.All(static part => part.IsZero))
            {
                return;
            }

            var total = (Int128)BigInteger.Divide(exact.Aggregate(BigInteger.Zero, static (sum, part) => sum + part), 256) + ends;
            var units = SignedRemainder.Round(total, exact, 8);
            Assert.Equal(total, Sum(units));
            Assert.All(units.Zip(parts), static each => Assert.True(each.Second != 0 || each.First == 0));
            Assert.Equal(units.Select(static unit => -unit), SignedRemainder.Round(-total, [.. exact.Select(static part => -part)], 8));
        });

    private static Waterfall Explain(PeriodUsage before, PeriodUsage after) =>
        Waterfalls.Explain(("before", before), ("after", after), Currency.Usd, CostBasis.Loaded, null);

    private static IEnumerable<(WaterfallFactor, int)> Moved(PeriodUsage before, PeriodUsage after) =>
        Explain(before, after).Bars.Where(static bar => bar.Change.Units != 0).Select(static bar => (bar.Factor, (int)bar.Change.Units));

    private static PeriodUsage Simple(long delivered, long useful, long amount, long wasted = 0, long int8 = 0, long work = 1000)
    {
        var usage = new PeriodUsage { Attempts = new AttemptCounts { Delivered = delivered } };
        usage.Delivered[""] = delivered;
        var line = new LineUsage { Useful = useful, Wasted = wasted, Amount = amount, Work = work };
        line.Avoided[SavingsKind.Int8] = int8;
        usage.Lines[new LineKey("", Stage.Denoise, "m", "r")] = line;
        return usage;
    }

    private static PeriodUsage Shuffle(PeriodUsage usage, int seed)
    {
        var shuffled = new PeriodUsage { Attempts = usage.Attempts };
        var lines = usage.Lines.ToArray();
        new Random(seed).Shuffle(lines);
        foreach (var (key, line) in lines)
        {
            var copy = new LineUsage { Useful = line.Useful, Wasted = line.Wasted, Amount = line.Amount, Work = line.Work };
            line.Avoided.ToList().ForEach(saved => copy.Avoided[saved.Key] = saved.Value);
            shuffled.Lines[key] = copy;
        }

        usage.Delivered.Reverse().ToList().ForEach(each => shuffled.Delivered[each.Key] = each.Value);
        return shuffled;
    }

    private static IEnumerable<List<WaterfallFactor>> Orders(List<WaterfallFactor> factors) => factors.Count == 0
        ? [[]]
        : factors.SelectMany(first => Orders([.. factors.Where(factor => factor != first)]).Select(rest => (List<WaterfallFactor>)[first, .. rest]));

    private static Int128 Sum(IEnumerable<Int128> values) => values.Aggregate(Int128.Zero, static (sum, value) => sum + value);
}
