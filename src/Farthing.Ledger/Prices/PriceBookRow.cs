using System.Globalization;
using Farthing.Ledger.Money;
using YamlDotNet.RepresentationModel;

namespace Farthing.Ledger.Prices;

/// <summary>One row of a price book while it is read: every fault is added to the list, none is thrown.</summary>
internal sealed class PriceBookRow(YamlMappingNode row, List<PriceBookError> errors)
{
    private static string[] PriceKeys { get; } = ["id", "resource", "meter", "unit", "usd", "from", "to", "source"];
    private static string[] RateKeys { get; } = ["id", "currency", "day", "usd_per_unit", "source"];
    private static string[] InstantFormats { get; } = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];
    private readonly int _errorsBefore = errors.Count;

    private bool IsGood => errors.Count == _errorsBefore;

    /// <summary>The price of this row; null when the row has errors.</summary>
    public PriceVersion? ReadPrice()
    {
        RefuseOthers(PriceKeys);
        var id = Required("id");
        var resource = Required("resource");
        var meter = Required("meter");
        var unit = FindUnit(meter);
        var usd = Required("usd");
        var from = Required("from") is "" ? DateTimeOffset.MinValue : Instant("from");
        var to = Optional("to") is null ? (DateTimeOffset?)null : Instant("to");
        if (usd != "" && (!ExactDecimal.TryParse(usd, out var price) || price.Mantissa < 0))
        {
            Add("usd", $"'{usd}' is no price: write dollars as a plain decimal from 0 up, such as \"0.048\".");
        }

        if (IsGood && to <= from)
        {
            Add("to", "the price ends before it starts: 'to' is the first day on which it no longer holds.");
        }

        return IsGood
            ? new PriceVersion(id, resource, meter, unit!, usd) { From = from, To = to, Source = Optional("source") ?? "" }
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

    private PriceUnit? FindUnit(string meter)
    {
        var dimension = Meters.DimensionOf(meter);
        if (meter != "" && dimension is null)
        {
            Add("meter", $"unknown meter '{meter}'; known are {string.Join(", ", Meters.Names)}.");
        }

        var written = Required("unit");
        var unit = PriceUnit.Find(written);
        if (written != "" && (unit is null || (dimension is not null && unit.Dimension != dimension)))
        {
            var fitting = PriceUnit.All.Where(each => dimension is null || each.Dimension == dimension);
            var names = string.Join(", ", fitting.Select(static each => each.Name));
            Add("unit", unit is null
                ? $"unknown unit '{written}'; known are {names}."
                : $"the unit '{written}' does not measure '{meter}'; these do: {names}.");
        }

        return unit;
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
            errors.Add(new PriceBookError(row.Start.Line, $"'{key}' is missing from this row."));
        }

        return value;
    }

    private string? Optional(string key) => (Node(key) as YamlScalarNode)?.Value;

    private YamlNode? Node(string key) => row.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private void RefuseOthers(string[] known)
    {
        foreach (var key in row.Children.Keys)
        {
            if (!known.Contains((key as YamlScalarNode)?.Value))
            {
                errors.Add(new PriceBookError(key.Start.Line, $"unknown key '{key}'; a row here has {string.Join(", ", known)}."));
            }
        }
    }

    private void Add(string key, string message) =>
        errors.Add(new PriceBookError((Node(key) ?? row).Start.Line, message));
}
