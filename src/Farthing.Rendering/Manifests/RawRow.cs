namespace Farthing.Rendering.Manifests;

/// <summary>A row as text, before anything is checked.</summary>
/// <param name="Line">The line it starts on, counted from 1.</param>
/// <param name="Cells">Text by normalized column name. Absent and empty CSV cells are not in it.</param>
/// <param name="Problem">Why the row could not be taken apart, with its column; null when it could.</param>
internal sealed record RawRow(int Line, IReadOnlyDictionary<string, string> Cells, RowProblem? Problem = null);

/// <summary>What is wrong with a row: the column ("" for the whole row) and the sentence.</summary>
internal sealed record RowProblem(string Column, string Message);
