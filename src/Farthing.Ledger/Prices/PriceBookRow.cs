using System.Globalization;
using Farthing.Ledger.Money;
using YamlDotNet.RepresentationModel;

namespace Farthing.Ledger.Prices;

/// <summary>What a row says under one key.</summary>
/// <param name="Value">The text; null where it is no text.</param>
/// <param name="Line">Its line, from 1.</param>
internal readonly record struct PriceCell(string? Value, long Line);

/// <summary>One row of a price book while it is read: every fault is added to the list, none is thrown.</summary>
internal sealed class PriceBookRow(long line, IReadOnlyDictionary<string, PriceCell> cells, List<PriceBookError> errors)
{
    /// <summary>The keys of a price; the currency is <c>usd</c>, or <c>price</c> with <c>currency</c>.</summary>
    public static IReadOnlyList<string> PriceKeys { get; } =
        ["id", "resource", "meter", "unit", "usd", "price", "currency", "from", "to", "increment_s", "minimum_s", "source"];

    /// <summary>The keys of an exchange rate.</summary>
    public static IReadOnlyList<string> RateKeys { get; } = ["id", "currency", "day", "usd_per_unit", "source"];

    /// <summary>A longer text in a row is refused.</summary>
    public const int MaxLength = 300;

    private static string[] InstantFormats { get; } = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];
    private readonly int _errorsBefore = errors.Count;

    private bool IsGood => errors.Count == _errorsBefore;

    /// <summary>A row of YAML.</summary>
    public static PriceBookRow Of(YamlMappingNode row, List<PriceBookError> errors)
    {
        var cells = new Dictionary<string, PriceCell>(StringComparer.Ordinal);
        foreach (var (key, value) in row.Children)
        {
            cells[(key as YamlScalarNode)?.Value ?? key.ToString()] = new PriceCell((value as YamlScalarNode)?.Value, key.Start.Line);
        }

        return new PriceBookRow(row.Start.Line, cells, errors);
    }

    /// <summary>The price of this row; null when the row has errors.</summary>
    public PriceDraft? ReadPrice()
    {
        RefuseOthers(PriceKeys);
        var id = Required("id");
        var resource = Required("resource");
        var meter = Required("meter");
        var unit = FindUnit(meter);
        var (price, currency) = ReadMoney();
        var from = Required("from") is "" ? DateTimeOffset.MinValue : Instant("from");
        var to = Optional("to") is null ? (DateTimeOffset?)null : Instant("to");
        if (IsGood && to <= from)
        {
            Add("to", "the price ends before it starts: 'to' is the first day on which it no longer holds.");
        }

        var lease = ReadLease(meter);
        return IsGood
            ? new PriceDraft(line, id, resource, meter, unit!, currency, price) { From = from, To = to, Lease = lease, Source = Optional("source") ?? "" }
            : null;
    }

    /// <summary>The exchange rate of this row; null when the row has errors.</summary>
    public FxRate? ReadRate()
    {
        RefuseOthers(RateKeys);
        var id = Required("id");
        var code = Required("currency");
        var rate = Required("usd_per_unit");
        var day = Required("day") is var text && DateOnly.TryParseExact(text, "yyyy-MM-dd", out var parsed) ? parsed : default;
        if (text != "" && day == default)
        {
            Add("day", $"'{text}' is no day: write it as 2026-11-20.");
        }

        var known = CurrencyNames.TryParse(code, out var currency) && currency != Currency.Usd;
        if (code != "" && !known)
        {
            Add("currency", $"'{code}' is not a currency to convert to: write EUR.");
        }

        if (rate != "" && (!ExactDecimal.TryParse(rate, out var value) || value.Mantissa <= 0))
        {
            Add("usd_per_unit", $"'{rate}' is no rate: write dollars for one {code} as a decimal above 0, such as \"1.0832\".");
        }

        return IsGood ? new FxRate(id, currency, day, rate) { Source = Optional("source") ?? "" } : null;
    }

    private (string Price, Currency Currency) ReadMoney()
    {
        var key = Optional("price") is null ? "usd" : "price";
        var price = Required(key);
        if (key == "price" && Optional("usd") is not null)
        {
            Add("usd", "a row has either 'usd' or 'price' with 'currency', not both.");
        }

        if (price != "" && (!ExactDecimal.TryParse(price, out var value) || value.Mantissa < 0))
        {
            Add(key, $"'{price}' is no price: write a plain decimal from 0 up with {ExactDecimal.MaxDigits} digits at most, such as \"0.048\".");
        }

        if (key == "usd" || Optional("currency") is not { } code)
        {
            return (price, Currency.Usd);
        }

        if (!CurrencyNames.TryParse(code, out var currency))
        {
            Add("currency", $"'{code}' is no currency that has rates here: write USD or EUR.");
        }

        return (price, currency);
    }

    private LeaseBilling? ReadLease(string meter)
    {
        if (Optional("increment_s") is null && Optional("minimum_s") is null)
        {
            return null;
        }

        if (meter != Meters.DeviceTime)
        {
            Add(Optional("increment_s") is null ? "minimum_s" : "increment_s", $"only {Meters.DeviceTime} is leased; leave it out.");
        }

        return new LeaseBilling(Seconds("increment_s"), Seconds("minimum_s"));
    }

    private long Seconds(string key)
    {
        if (Optional(key) is not { } text)
        {
            return 0;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LeaseBilling.MaxSeconds)
        {
            return seconds;
        }

        Add(key, $"'{text}' is no whole number of seconds, such as 60.");
        return 0;
    }

    private PriceUnit? FindUnit(string meter)
    {
        var dimension = Meters.DimensionOf(meter);
        if (meter != "" && dimension is null)
        {
            Add("meter", $"unknown meter '{meter}'; known are {string.Join(", ", Meters.Names)}, and your own that begin with {Meters.CustomPrefix}.");
        }

        var written = Required("unit");
        var unit = dimension is null ? PriceUnit.Find(written) : PriceUnit.For(meter, written);
        if (written == "" || unit is not null)
        {
            return unit;
        }

        if (dimension == Dimension.Custom)
        {
            Add("unit", $"'{written}' is no unit for a meter of your own: write a word of small letters that no other unit is, or thousand- or million- and it.");
            return null;
        }

        var fitting = string.Join(", ", PriceUnit.All.Where(each => dimension is null || each.Dimension == dimension).Select(static each => each.Name));
        Add("unit", PriceUnit.Find(written) is null
            ? $"unknown unit '{written}'; known are {fitting}."
            : $"the unit '{written}' does not measure '{meter}'; these do: {fitting}.");
        return null;
    }

    private DateTimeOffset Instant(string key)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(Optional(key), InstantFormats, CultureInfo.InvariantCulture, Utc, out var instant))
        {
            return instant;
        }

        Add(key, $"'{Optional(key)}' is no date: write '{key}' as 2026-11-20 (midnight UTC) or 2026-11-20T08:00:00Z.");
        return default;
    }

    private string Required(string key)
    {
        var value = Optional(key) ?? "";
        if (value == "")
        {
            errors.Add(new PriceBookError(line, $"'{key}' is missing from this row."));
        }
        else if (value.Length > MaxLength || value.Any(char.IsControl))
        {
            Add(key, $"'{key}' is longer than {MaxLength} characters, or has control characters.");
        }

        return value;
    }

    private string? Optional(string key) => cells.TryGetValue(key, out var cell) ? cell.Value : null;

    private void RefuseOthers(IReadOnlyList<string> known)
    {
        foreach (var (key, cell) in cells)
        {
            if (!known.Contains(key))
            {
                errors.Add(new PriceBookError(cell.Line, $"unknown key '{key}'; a row here has {string.Join(", ", known)}."));
            }
        }
    }

    private void Add(string key, string message) =>
        errors.Add(new PriceBookError(cells.TryGetValue(key, out var cell) ? cell.Line : line, message));
}
