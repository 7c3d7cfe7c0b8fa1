using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Explain;

/// <summary>
/// The factors of one line in one period. What it costs a delivered render is
/// <c>price × (mix × intensity × (1 − Σ saved) + waste + rest + idle ÷ volume)</c>.
/// A factor that the period says nothing about is null, and takes the other period's value.
/// </summary>
internal sealed record LineFactors
{
    /// <summary>Money for one unit of the meter: what was paid, divided by what was used.</summary>
    public Fraction? Price { get; init; }

    /// <summary>The tag set's share of delivered renders.</summary>
    public required Fraction ClassShare { get; init; }

    /// <summary>Work for one render of the tag set; 1 where work is not known.</summary>
    public Fraction? Work { get; init; }

    /// <summary>The resource's share among those that do the same.</summary>
    public Fraction? ResourceShare { get; init; }

    /// <summary>Units for one unit of work, had nothing been saved.</summary>
    public Fraction? Intensity { get; init; }

    /// <summary>The part of those units that each kind of saving avoided.</summary>
    public IReadOnlyDictionary<SavingsKind, Fraction>? Saved { get; init; }

    /// <summary>Wasted units for one delivered render.</summary>
    public required Fraction Waste { get; init; }

    /// <summary>Useful units for one delivered render that belong to no delivered render of the tag set.</summary>
    public required Fraction Rest { get; init; }

    /// <summary>Units of the lease as a whole.</summary>
    public required Fraction Idle { get; init; }

    /// <summary>One in so many delivered renders.</summary>
    public required Fraction PerRender { get; init; }

    /// <summary>The factors of a line, where <paramref name="group"/> is all lines of its tag set, stage and meter.</summary>
    /// <param name="usage">The period; it delivered something.</param>
    /// <param name="key">The line.</param>
    /// <param name="group">The lines that do the same with other resources, this one included.</param>
    /// <param name="hasWork">Whether work is known in both periods.</param>
    public static LineFactors Of(PeriodUsage usage, LineKey key, IReadOnlyList<LineUsage> group, bool hasWork)
    {
        var line = usage.Lines.GetValueOrDefault(key) ?? new LineUsage();
        var renders = usage.Attempts.Delivered;
        var ofClass = usage.Delivered.GetValueOrDefault(key.Tags);
        var isMoney = key.Stage == Stage.Rounding;
        var isShared = key.Stage.IsShared();
        var used = line.Useful + line.Wasted;
        var whole = Sum(group.Select(Gross));
        var work = hasWork ? Sum(group.Select(static each => each.Work ?? 0)) : ofClass;
        var isRegular = !isShared && ofClass > 0 && work > 0 && whole > 0 && group.All(static each => Gross(each) >= 0);
        return new LineFactors
        {
            Price = isMoney ? Fraction.One : used == 0 ? null : new Fraction(line.Amount, used),
            ClassShare = new Fraction(isShared ? 0 : ofClass, renders),
            Work = isRegular ? new Fraction(work, ofClass) : null,
            ResourceShare = isRegular ? new Fraction(Gross(line), whole) : null,
            // A tag set that was delivered without it used none of it; one that was not delivered says nothing.
            Intensity = isRegular ? new Fraction(whole, work) : ofClass > 0 && !isShared ? Fraction.Zero : null,
            Saved = isRegular && Gross(line) > 0
                ? line.Avoided.ToDictionary(static saved => saved.Key, saved => new Fraction(saved.Value, Gross(line)))
                : null,
            Waste = isMoney ? Fraction.Zero : new Fraction(line.Wasted, renders),
            Rest = isRegular || isShared ? Fraction.Zero : new Fraction(line.Useful, renders),
            Idle = !isShared ? Fraction.Zero : new Fraction(isMoney ? line.Amount : line.Useful, 1),
            PerRender = new Fraction(1, renders),
        };
    }

    private static Int128 Gross(LineUsage line) => checked(line.Useful + Sum(line.Avoided.Values));

    private static Int128 Sum(IEnumerable<Int128> values) => values.Aggregate(Int128.Zero, static (sum, value) => checked(sum + value));
}
