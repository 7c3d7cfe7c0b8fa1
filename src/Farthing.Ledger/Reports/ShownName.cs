using System.Globalization;
using System.Text;

namespace Farthing.Ledger.Reports;

/// <summary>
/// Names that others chose, as tables and pictures show them: control characters, halves of pairs and what turns the direction of a line, so that figures would stand
/// at another name, are shown as a question mark.
/// </summary>
public static class ShownName
{
    /// <summary>The name as it is shown.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var shown = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            // The join of an emoji's parts is a format character too, and turns nothing.
            var isShown = rune.Value == 0x200D || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            shown.Append(isShown && rune != Rune.ReplacementChar ? rune.ToString() : "?");
        }

        return shown.ToString();
    }
}
