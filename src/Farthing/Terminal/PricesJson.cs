using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Farthing.Ledger.Prices;

namespace Farthing.Terminal;

/// <summary>Prices as JSON; amounts and prices are strings of exact decimals.</summary>
internal static class PricesJson
{
    public static string Write(PriceBook book) => Document(json =>
    {
        json.WriteStartArray("prices");
        foreach (PricePeriod period in book.Periods)
        {
            json.WriteStartObject();
            json.WriteString("id", period.Price.Id);
            json.WriteString("resource", period.Price.Resource);
            json.WriteString("meter", period.Price.Meter);
            Price(json, period.Price);
            Time(json, "from", period.From);
            Time(json, "to", period.To);
            json.WriteString("source", period.Price.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("fx");
        foreach (FxRate rate in book.Rates)
        {
            json.WriteStartObject();
            json.WriteString("id", rate.Id);
            json.WriteString("currency", rate.Currency.ToString().ToUpperInvariant());
            json.WriteString("day", rate.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("usd_per_unit", rate.UsdPerUnit);
            json.WriteString("source", rate.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static string Write(IReadOnlyList<PriceRecording> recordings) => List("recordings", recordings, static (json, each) =>
    {
        json.WriteNumber("number", each.Number);
        Time(json, "at", each.At);
        json.WriteString("kind", each.Kind);
        json.WriteString("source", each.Source);
        json.WriteNumber("prices", each.Prices);
        json.WriteNumber("rates", each.Rates);
    });

    public static string Write(IReadOnlyList<UnpricedSpan> unpriced) => List("unpriced", unpriced, static (json, each) =>
    {
        json.WriteString("resource", each.Usage.Resource);
        json.WriteString("meter", each.Usage.Meter);
        json.WriteNumber("charges", each.Usage.Charges);
        json.WriteString("quantity", each.Usage.Quantity.ToString(CultureInfo.InvariantCulture));
        Time(json, "first", each.First);
        Time(json, "last", each.Last);
    });

    public static string Write(IReadOnlyList<PriceDifference> differences) => List("differences", differences, static (json, each) =>
    {
        json.WriteString("resource", each.Resource);
        json.WriteString("meter", each.Meter);
        Time(json, "from", each.From);
        Time(json, "to", each.To);
        Side(json, "before", each.Before);
        Side(json, "after", each.After);
    });

    private static void Side(Utf8JsonWriter json, string name, PriceVersion? price)
    {
        if (price is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("id", price.Id);
        Price(json, price);
        json.WriteEndObject();
    }

    private static void Price(Utf8JsonWriter json, PriceVersion price)
    {
        json.WriteString("unit", price.Unit);
        json.WriteString("usd", price.Usd);
        if (price.Foreign is { } foreign)
        {
            json.WriteString("currency", foreign.Currency.ToString().ToUpperInvariant());
            json.WriteString("price", foreign.Price);
            json.WriteString("fx_rate", foreign.RateId);
        }

        if (price.Lease is { } lease)
        {
            json.WriteNumber("increment_s", lease.IncrementSeconds);
            json.WriteNumber("minimum_s", lease.MinimumSeconds);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            json.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string List<T>(string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write) => Document(json =>
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static string Document(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
