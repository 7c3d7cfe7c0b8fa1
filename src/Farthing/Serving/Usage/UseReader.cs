using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Usage;

namespace Farthing.Serving.Usage;

/// <summary><c>farthing.usage</c>: what meters counted, or device time on a lease.</summary>
/// <param name="sender">Whose key adds tags.</param>
internal sealed class UseReader(UsageSender sender)
{
    /// <summary>More meters in one event are refused.</summary>
    public const int MaxMeters = 40;

    /// <summary>Reads the data.</summary>
    public UsageBody Read(CloudEvent one, EventData data)
    {
        bool isDevice = data.Has("device_us");
        return isDevice == data.Has("meters")
            ? throw new UsageFormatException("missing_field", "data needs either 'meters' or 'device_us' with a 'lease'.")
            : isDevice ? Device(data) : Metered(one, data);
    }

    /// <summary>A meter that there is, or one of the user's own.</summary>
    public static string Meter(string name) => Meters.Names.Contains(name) || Meters.IsCustom(name)
        ? name
        : throw new UsageFormatException("unknown_meter", $"The meter '{EventData.Short(name)}' is unknown: write {string.Join(", ", Meters.Names)}, or one of your own that begins with {Meters.CustomPrefix}.");

    private DeviceUse Device(EventData data)
    {
        var (render, attempt) = UsageEventReader.Render(data);
        return new DeviceUse(data.Text("lease"), data.Stage("stage"), new DeviceTime(data.Whole("device_us")))
        {
            RunId = data.OptionalText("run"),
            RenderId = render,
            Attempt = attempt,
            BatchId = data.OptionalText("batch"),
            Tags = UsageEventReader.Tags(data, sender),
            Precision = data.OptionalText("precision", RenderForm.MaxPrecisionLength) ?? "",
        };
    }

    private MeteredUse Metered(CloudEvent one, EventData data)
    {
        var (render, attempt) = UsageEventReader.Render(data);
        var fact = new UsageFact
        {
            Id = "",
            At = one.At,
            RunId = data.Text("run"),
            RenderId = render,
            Attempt = attempt,
            Stage = data.Stage("stage"),
            Resource = data.Text("resource"),
            Meter = "",
            Quantity = 0,
            BatchId = data.OptionalText("batch"),
            Tags = UsageEventReader.Tags(data, sender),
            Precision = data.OptionalText("precision", RenderForm.MaxPrecisionLength) ?? "",
            Estimated = data.Flag("estimated"),
        };
        List<UsageFact> facts = [];
        List<(string, string)> units = [];
        JsonElement meters = data.Find("meters")!.Value;
        foreach (JsonProperty field in meters.ValueKind == JsonValueKind.Object ? meters.EnumerateObject() : throw new UsageFormatException("bad_field", "'meters' must be an object, such as {\"input-tokens\": 812}."))
        {
            string meter = Meter(field.Name);
            var (quantity, unit) = Quantity(meter, field.Value);
            if (meter == Meters.DeviceTime)
            {
                throw new UsageFormatException("bad_field", "Device time is sent as 'device_us' with its 'lease'.");
            }

            if (unit is not null)
            {
                units.Add((meter, unit));
            }

            facts.Add(fact with { Id = meter, Meter = meter, Quantity = quantity });
        }

        return facts.Count is > 0 and <= MaxMeters ? new MeteredUse(facts, units) : throw new UsageFormatException("bad_field", $"'meters' must have 1 to {MaxMeters} meters.");
    }

    private static (long Quantity, string? Unit) Quantity(string meter, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            long plain = EventData.WholeOf(value, meter);
            return Meters.IsCustom(meter)
                ? throw new UsageFormatException("unknown_unit", $"The meter '{meter}' is your own, so say what it counts: {{\"quantity\": {plain}, \"unit\": \"…\"}}.")
                : (plain, null);
        }

        EventData written = EventData.Of(value, meter);
        long quantity = written.Whole("quantity");
        string unit = written.Text("unit", 40);
        written.RefuseOthers();
        return Meters.BaseUnit(meter, unit) is { } known ? (quantity, Meters.IsCustom(meter) ? known : null) : throw new UsageFormatException(
            "unknown_unit", $"The meter '{meter}' is not counted in '{unit}': write {Meters.BaseUnit(meter) ?? "a word of your own of small letters, digits and hyphens"}.");
    }
}
