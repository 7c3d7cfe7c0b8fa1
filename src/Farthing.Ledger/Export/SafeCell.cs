namespace Farthing.Ledger.Export;

/// <summary>A CSV cell with a text that somebody else wrote: quoted, and no spreadsheet takes it for a formula.</summary>
internal static class SafeCell
{
    /// <summary>The cell.</summary>
    public static string Of(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
        return "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}
