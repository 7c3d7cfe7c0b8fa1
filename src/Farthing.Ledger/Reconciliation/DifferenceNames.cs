namespace Farthing.Ledger.Reconciliation;

/// <summary>The written forms of a <see cref="DifferenceKind"/>.</summary>
public static class DifferenceNames
{
    /// <summary>The name in files, such as <c>missing_in_ledger</c>.</summary>
    public static string Code(this DifferenceKind kind) => kind switch
    {
        DifferenceKind.MissingInLedger => "missing_in_ledger",
        DifferenceKind.MissingInInvoice => "missing_in_invoice",
        DifferenceKind.Quantity => "quantity",
        DifferenceKind.Price => "price",
        DifferenceKind.Rounding => "rounding",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind."),
    };

    /// <summary>The name for people, such as <c>missing in ledger</c>.</summary>
    public static string Display(this DifferenceKind kind) => kind.Code().Replace('_', ' ');
}
