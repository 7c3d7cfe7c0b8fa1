namespace Farthing.Ledger.Export;

/// <summary>Who bills whom: what a ledger does not know about itself.</summary>
public sealed record FocusIdentity
{
    /// <summary>The billing account's id.</summary>
    public string AccountId { get; init; } = "farthing";

    /// <summary>Its name; null for none.</summary>
    public string? AccountName { get; init; }

    /// <summary>Who issues the invoice.</summary>
    public string Issuer { get; init; } = "Farthing";

    /// <summary>
    /// The day (UTC) that the last invoice was issued on: what was corrected from that day on, in billing periods that had ended by then, is
    /// written as a correction. Null where nothing was invoiced.
    /// </summary>
    public DateOnly? Invoiced { get; init; }
}
