using System.Globalization;
using System.Text;
using System.Text.Json;
using Farthing.Ledger.Export;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reports;

/// <summary>One figure, or one name.</summary>
/// <param name="Exact">For programs: whole numbers, decimals of 12 places, names as they are.</param>
/// <param name="Shown">For people.</param>
/// <param name="IsNumber">Whether it stands at the right.</param>
public sealed record SheetCell(string Exact, string Shown, bool IsNumber)
{
    /// <summary>A name.</summary>
    public static SheetCell Of(string text) => new(text, text.Length == 0 ? "–" : text, false);

    /// <summary>A count.</summary>
    public static SheetCell Of(long count) => new(count.ToString(CultureInfo.InvariantCulture), count.ToString("N0", CultureInfo.InvariantCulture), true);

    /// <summary>An instant, to the second for people.</summary>
    public static SheetCell Of(DateTimeOffset? at) => new(
        at?.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture) ?? "", at?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "–", false);

    /// <summary>Money; nothing where there is none to speak of.</summary>
    public static SheetCell Of(CurrencyAmount? amount) => new(amount?.ToExactString() ?? "", amount is { } known ? Shown9(known) : "–", true);

    /// <summary>Device time in microseconds; hours, minutes and seconds for people, with thousandths below an hour.</summary>
    public static SheetCell OfTime(Int128 microseconds)
    {
        var milliseconds = HalfEven.Divide(Int128.Abs(microseconds), 1_000);
        var (hours, rest) = (milliseconds / 3_600_000, milliseconds % 3_600_000);
        var fraction = hours == 0 ? string.Create(CultureInfo.InvariantCulture, $".{(int)(rest % 1_000):D3}") : "";
        var sign = microseconds < 0 ? "-" : "";
        return new(microseconds.ToString(CultureInfo.InvariantCulture), microseconds == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{sign}{hours}:{(int)(rest / 60_000):D2}:{(int)(rest % 60_000 / 1_000):D2}{fraction}"), true);
    }

    /// <summary>A share in millionths; a percentage with one place for people.</summary>
    public static SheetCell OfShare(long millionths) => new(
        new decimal(millionths).ToString(CultureInfo.InvariantCulture), (millionths / 10_000m).ToString("F1", CultureInfo.InvariantCulture) + "%", true);

    /// <summary>Nine places, rounded half to even: a column of them lines up.</summary>
    internal static string Shown9(CurrencyAmount amount) => amount.Units == 0 ? amount.Currency.Symbol() + "0" : (amount.Units < 0 ? "-" : "") + amount.Currency.Symbol()
        + new CurrencyAmount(HalfEven.Divide(Int128.Abs(amount.Units), 1_000) * 1_000, amount.Currency).ToExactString()[..^3];
}

/// <summary>A table of figures that can be written in any form.</summary>
/// <param name="Name">Its name in files, such as <c>undelivered</c>.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Columns">The names of its columns, for programs and people.</param>
/// <param name="Rows">Its rows; the last one is the total where <paramref name="HasTotal"/> says so.</param>
/// <param name="HasTotal">Whether the last row is a total.</param>
public sealed record Sheet(string Name, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<SheetCell>> Rows, bool HasTotal)
{
    /// <summary>Charges of the scope that have no price and are in no figure of the table.</summary>
    public long Unpriced { get; init; }

    /// <summary>RFC 4180, exact.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder().AppendJoin(',', Columns.Select(static column => column.Replace(' ', '_'))).Append("\r\n");
        foreach (var row in Rows)
        {
            text.AppendJoin(',', row.Select(static cell => cell.IsNumber ? cell.Exact : SafeCell.Of(cell.Exact))).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>One object: <c>{"report","rows":[{…}…]}</c>, with a total beside the rows where there is one, and <c>unpriced_charges</c>. All values are text.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("report", Name);
            json.WriteStartArray("rows");
            foreach (var row in HasTotal ? Rows.SkipLast(1) : Rows)
            {
                Write(json, row);
            }

            json.WriteEndArray();
            if (HasTotal)
            {
                json.WritePropertyName("total");
                Write(json, Rows[^1]);
            }

            json.WriteString("unpriced_charges", Unpriced.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void Write(Utf8JsonWriter json, IReadOnlyList<SheetCell> row)
    {
        json.WriteStartObject();
        for (var i = 0; i < row.Count; i++)
        {
            json.WriteString(Columns[i].Replace(' ', '_'), row[i].Exact);
        }

        json.WriteEndObject();
    }
}
