using System.Globalization;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>One record of an invoice, read by the names of its columns. What can't be read is a <see cref="FormatException"/>.</summary>
internal sealed class InvoiceRow(IReadOnlyDictionary<string, int> columns, string[] cells)
{
    private const int MaxName = 200;

    public bool Has(string column) => columns.ContainsKey(column);

    /// <summary>A cell without blanks around it; empty when the export has no such column.</summary>
    public string Text(string column) => columns.TryGetValue(column, out var i) ? cells[i].Trim() : "";

    /// <summary>A cell that must say something, and is a name rather than a text.</summary>
    public string Name(string column)
    {
        var text = Text(column);
        return text.Length switch
        {
            0 => throw new FormatException($"'{column}' is empty."),
            > MaxName => throw new FormatException($"'{column}' is longer than {MaxName} characters."),
            _ => text.Any(char.IsControl) || text.Contains('\uFFFD') ? throw new FormatException($"'{column}' holds characters that are no text.") : text,
        };
    }

    /// <summary>A number; null where the cell is empty.</summary>
    public Fraction? Number(string column) => Number(column, out _);

    /// <inheritdoc cref="Number(string)"/>
    public Fraction? Number(string column, out Fraction step)
    {
        var text = Text(column);
        step = Fraction.Zero;
        return text.Length == 0 ? null
            : InvoiceNumber.TryParse(text, out var value, out step) ? value
            : throw new FormatException($"'{column}' is '{Shown(text)}', which is no plain decimal number.");
    }

    /// <summary>The UTC day of a date, an ISO instant or seconds since 1970.</summary>
    public DateOnly Day(string column)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var text = Name(column);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800)
        {
            return DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime);
        }

        return text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant) && instant.Year >= 1970
            ? DateOnly.FromDateTime(instant.UtcDateTime)
            : throw new FormatException($"'{column}' is '{Shown(text)}', which is no day such as 2026-11-20.");
    }

    private static string Shown(string text) =>
        new([.. text.Take(40).Select(static c => char.IsControl(c) ? '?' : c), .. text.Length > 40 ? "…" : ""]);
}
