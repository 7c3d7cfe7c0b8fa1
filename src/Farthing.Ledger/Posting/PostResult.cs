using Farthing.Ledger.Money;

namespace Farthing.Ledger.Posting;

/// <summary>What became of one fact.</summary>
public enum PostOutcome
{
    /// <summary>It was posted at a price.</summary>
    Posted,

    /// <summary>Its usage was kept, but no price was in force: it has no amount until it is re-rated.</summary>
    Unpriced,

    /// <summary>The same fact was there already; nothing changed.</summary>
    Exists,

    /// <summary>Its id was there with other content; nothing changed.</summary>
    Conflict,
}

/// <summary>A fact that was refused because its permanent id stands for another.</summary>
/// <param name="Stored">What the ledger has.</param>
/// <param name="Offered">What was to be posted.</param>
public sealed record PostConflict(UsageFact Stored, UsageFact Offered)
{
    /// <summary>Where they differ, for people.</summary>
    public override string ToString() => $"'{Offered.Id}' is already posted with other content.\n{SaidTwice.Differences(Stored, Offered)}\nAn id is permanent: give what is new another one.";
}

/// <summary>How much was posted, whoever asked for it: what the settlement of a lease adds is in it.</summary>
/// <param name="Posted">Charges at a price.</param>
/// <param name="Unpriced">Charges that were kept without a price.</param>
/// <param name="Amount">What the charges cost together, in 10⁻¹² USD.</param>
internal readonly record struct PostTally(long Posted, long Unpriced, Int128 Amount);

/// <summary>What became of a list of facts.</summary>
public sealed record PostSummary
{
    /// <summary>How many were posted at a price.</summary>
    public int Posted { get; init; }

    /// <summary>How many were kept without a price.</summary>
    public int Unpriced { get; init; }

    /// <summary>How many were there already.</summary>
    public int Exists { get; init; }

    /// <summary>The ones that were refused. The others are posted unless the caller rolls back.</summary>
    public IReadOnlyList<PostConflict> Conflicts { get; init; } = [];

    /// <summary>What the newly posted facts cost together.</summary>
    public CurrencyAmount Amount { get; init; } = new(0, Currency.Usd);
}
