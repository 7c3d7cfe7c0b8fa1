using System.Globalization;
using System.Text.Json;
using Farthing.Ledger.Posting;

namespace Farthing.Serving.Usage;

/// <summary>An object of an event while it is read: fields that nobody asks for are refused, so that no slip of the pen is lost.</summary>
/// <param name="element">The object.</param>
/// <param name="title">What it is called in messages, such as <c>data</c>.</param>
internal sealed class EventData(JsonElement element, string title)
{
    /// <summary>A longer name is refused.</summary>
    public const int MaxName = 200;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Makes sure that it is an object.</summary>
    public static EventData Of(JsonElement element, string title) => element.ValueKind == JsonValueKind.Object
        ? new EventData(element, title)
        : throw new UsageFormatException("bad_field", $"'{title}' must be an object.");

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A field as it stands; null when it is left out.</summary>
    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name, int max = MaxName) => OptionalText(name, max) ?? throw Missing(name);

    /// <summary>A text; null when it is left out.</summary>
    public string? OptionalText(string name, int max = MaxName) => Find(name) is { } value ? TextOf(value, name, max) : null;

    /// <summary>A whole number that must be there.</summary>
    public long Whole(string name, long min = 0, long max = long.MaxValue) => OptionalWhole(name, min, max) ?? throw Missing(name);

    /// <summary>A whole number; null when it is left out.</summary>
    public long? OptionalWhole(string name, long min = 0, long max = long.MaxValue) => Find(name) is { } value ? WholeOf(value, name, min, max) : null;

    /// <summary>True or false; false when it is left out.</summary>
    public bool Flag(string name) => Find(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw new UsageFormatException("bad_field", $"'{name}' must be true or false."),
    };

    /// <summary>The stage, by its name in files.</summary>
    public Stage Stage(string name) => StageNames.TryParse(Text(name), out var stage) ? stage : throw new UsageFormatException(
        "unknown_stage", $"The stage '{Text(name)}' is unknown: write {string.Join(", ", StageNames.All.Where(static each => each is not (Ledger.Posting.Stage.Idle or Ledger.Posting.Stage.Lost or Ledger.Posting.Stage.Rounding)).Select(static each => each.Code()))}.");

    /// <summary>A set of tags: a list of texts, each of them one tag, or one text with commas.</summary>
    public TagSet Tags(string name)
    {
        try
        {
            return Find(name) switch
            {
                null => TagSet.None,
                { ValueKind: JsonValueKind.Array } list => TagSet.Of(list.EnumerateArray().Select(each => TextOf(each, name, TagSet.MaxLength))),
                { } text => TagSet.Parse(TextOf(text, name, TagSet.MaxLength)),
            };
        }
        catch (FormatException error)
        {
            throw new UsageFormatException("bad_tags", error.Message);
        }
    }

    /// <summary>Refuses what was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var field in element.EnumerateObject().Where(field => !_known.Contains(field.Name)))
        {
            throw new UsageFormatException("unknown_field", $"The field '{Short(field.Name)}' of {title} is unknown; it has {string.Join(", ", _known)}.");
        }
    }

    /// <summary>A value as a whole number in a range.</summary>
    public static long WholeOf(JsonElement value, string name, long min = 0, long max = long.MaxValue)
    {
        string raw = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
        if (raw.Length == 0 || raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            throw new UsageFormatException("bad_quantity", $"'{name}' is {Short(value.GetRawText())}: write a whole number.");
        }

        if (raw[0] == '-')
        {
            throw new UsageFormatException("bad_quantity", $"'{name}' is {Short(raw)}, which is below 0.");
        }

        return !value.TryGetInt64(out long number) ? throw new UsageFormatException("bad_quantity", $"'{name}' is {Short(raw)}, which is beyond 64 bits.")
            : number < min || number > max ? throw new UsageFormatException("bad_quantity", string.Create(CultureInfo.InvariantCulture, $"'{name}' is {number}: it must be from {min} to {max}."))
            : number;
    }

    /// <summary>A value as a text without control characters.</summary>
    public static string TextOf(JsonElement value, string name, int max = MaxName)
    {
        string? text = null;
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a character's pair.
        }

        return !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.Any(char.IsControl)
            ? text
            : throw new UsageFormatException("bad_text", string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a text of 1 to {max} characters, not all of them blanks, and without control characters."));
    }

    /// <summary>The beginning of a text that may be long.</summary>
    public static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private UsageFormatException Missing(string name) => new("missing_field", $"'{name}' is missing from {title}.");
}
