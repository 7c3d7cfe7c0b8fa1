using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Serving.Usage;
using OpenTelemetry.Proto.Common.V1;

namespace Farthing.Serving.Otlp;

/// <summary>Attributes by name. Of two of one name the last holds, as in OpenTelemetry's SDKs.</summary>
internal sealed class SpanAttributes
{
    private readonly Dictionary<string, AnyValue> _values = new(StringComparer.Ordinal);

    /// <summary>Gathers attributes.</summary>
    public SpanAttributes(IEnumerable<KeyValue> attributes)
    {
        foreach (KeyValue attribute in attributes.Where(static attribute => attribute.Value is not null))
        {
            _values[attribute.Key] = attribute.Value;
        }
    }

    /// <summary>The first text under one of some names; null where there is none.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_values.TryGetValue(name, out AnyValue? value) && value is { ValueCase: AnyValue.ValueOneofCase.StringValue, StringValue: { Length: > 0 } text })
            {
                return text.Length <= EventData.MaxName && !text.Any(char.IsControl)
                    ? text
                    : throw new UsageFormatException("bad_text", $"'{name}' must have at most {EventData.MaxName} characters and no control characters.");
            }
        }

        return null;
    }

    /// <summary>The text of an attribute of Farthing's own; null where it is not there.</summary>
    /// <exception cref="UsageFormatException">It is another kind of value, which would be lost.</exception>
    public string? Own(string name) => !_values.TryGetValue(name, out AnyValue? value) || value.ValueCase is AnyValue.ValueOneofCase.None or AnyValue.ValueOneofCase.StringValue
        ? Text(name)
        : throw new UsageFormatException("bad_text", $"'{name}' must be a text.");

    /// <summary>The tags under a name: a text with commas, or a list of texts that are a tag each; empty where there are none.</summary>
    /// <exception cref="UsageFormatException">They are neither, or no tags.</exception>
    public string Tags(string name)
    {
        if (!_values.TryGetValue(name, out AnyValue? value) || value.ValueCase != AnyValue.ValueOneofCase.ArrayValue)
        {
            return value?.ValueCase is null or AnyValue.ValueOneofCase.None or AnyValue.ValueOneofCase.StringValue
                ? Text(name) ?? ""
                : throw NoTags(name);
        }

        try
        {
            return TagSet.Of(value.ArrayValue.Values.Select(each => each.ValueCase == AnyValue.ValueOneofCase.StringValue ? each.StringValue : throw NoTags(name))).Text;
        }
        catch (FormatException error)
        {
            throw new UsageFormatException("bad_tags", error.Message);
        }
    }

    /// <summary>The first whole number under one of some names; null where there is none.</summary>
    public long? Whole(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_values.TryGetValue(name, out AnyValue? value) && value.ValueCase != AnyValue.ValueOneofCase.None)
            {
                return WholeOf(value) is { } number and >= 0 ? number : throw new UsageFormatException("bad_quantity", $"'{name}' must be a whole number from 0 on.");
            }
        }

        return null;
    }

    private static UsageFormatException NoTags(string name) => new("bad_tags", $"'{name}' must be a text with commas between tags, or a list of texts.");

    // SDKs of languages with one kind of number write whole ones as fractions, and some write texts.
    private static long? WholeOf(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.IntValue => value.IntValue,
        AnyValue.ValueOneofCase.StringValue => long.TryParse(value.StringValue, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null,
        AnyValue.ValueOneofCase.DoubleValue => double.IsInteger(value.DoubleValue) && Math.Abs(value.DoubleValue) <= 1L << 53 ? (long)value.DoubleValue : null,
        _ => null,
    };
}
