namespace Farthing.Ledger.Reconciliation;

/// <summary>Why an invoice and the ledger differ.</summary>
public enum DifferenceKind
{
    /// <summary>It was billed, and nothing of it was posted.</summary>
    MissingInLedger,

    /// <summary>It was posted, and nothing of it was billed.</summary>
    MissingInInvoice,

    /// <summary>Not as much was used.</summary>
    Quantity,

    /// <summary>A unit does not cost as much.</summary>
    Price,

    /// <summary>The same use at the same price, written with other places.</summary>
    Rounding,
}

/// <summary>One difference. Numbers are exact decimals as text; empty where a side does not say.</summary>
public sealed record Difference
{
    /// <summary>Its place.</summary>
    public required UsageKey Key { get; init; }

    /// <summary>Why.</summary>
    public required DifferenceKind Kind { get; init; }

    /// <summary>What the invoice says was used, in the meter's base unit.</summary>
    public required string InvoiceQuantity { get; init; }

    /// <summary>What the ledger says was used.</summary>
    public required string LedgerQuantity { get; init; }

    /// <summary>What the invoice charges.</summary>
    public required string InvoiceAmount { get; init; }

    /// <summary>What the ledger has posted.</summary>
    public required string LedgerAmount { get; init; }

    /// <summary>The part of invoice less ledger that this difference is, in money; empty where no price is known.</summary>
    public required string Worth { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Explanation { get; init; }
}

/// <summary>An invoice held against the ledger, with no tolerance.</summary>
public sealed record Reconciliation
{
    /// <summary>What the invoice was read as.</summary>
    public required string Format { get; init; }

    /// <summary>How many lines it has.</summary>
    public required long Lines { get; init; }

    /// <summary>The first and the last day that were compared.</summary>
    public required (DateOnly From, DateOnly To) Days { get; init; }

    /// <summary>How many of its lines are of other days, and were not compared.</summary>
    public required long OutsideLines { get; init; }

    /// <summary>What those charge together; empty when there are none, or they have no amounts.</summary>
    public required string OutsideAmount { get; init; }

    /// <summary>Places in which both agree.</summary>
    public required long Agreed { get; init; }

    /// <summary>What differs, by day, resource and meter.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>The invoice's amounts together; empty when it has none.</summary>
    public required string InvoiceTotal { get; init; }

    /// <summary>The ledger's amounts together in the compared places.</summary>
    public required string LedgerTotal { get; init; }

    /// <summary>The currency's code.</summary>
    public required string Currency { get; init; }
}
