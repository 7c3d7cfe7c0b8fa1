namespace Farthing.Ledger.Export;

/// <summary>One charge: a text for each column, null for no value.</summary>
internal sealed class FocusRow
{
    public string?[] Values { get; } = new string?[FocusColumns.All.Count];

    public string? this[string column]
    {
        get => Values[FocusColumns.PlaceOf(column)];
        set => Values[FocusColumns.PlaceOf(column)] = value;
    }
}
