namespace Farthing.Rendering.Manifests;

/// <summary>Why a row can't be rendered.</summary>
/// <param name="Line">The line the row starts on, counted from 1.</param>
/// <param name="Id">The row's id, or the one made from its number.</param>
/// <param name="Column">The column at fault; empty when it is the row as a whole.</param>
/// <param name="Message">A sentence that says what is wrong and what to mend.</param>
public sealed record RowError(int Line, string Id, string Column, string Message)
{
    /// <summary>One line for people: <c>line 7, demo-006, width: …</c></summary>
    public override string ToString() =>
        Column.Length == 0 ? $"line {Line}, {Id}: {Message}" : $"line {Line}, {Id}, {Column}: {Message}";
}
