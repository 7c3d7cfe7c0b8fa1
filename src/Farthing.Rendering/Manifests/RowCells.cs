using System.Globalization;

namespace Farthing.Rendering.Manifests;

/// <summary>Reads the typed values of one row and keeps the first problem.</summary>
internal sealed class RowCells(IReadOnlyDictionary<string, string> cells, ManifestOptions options)
{
    // Written in one place, since it decides what a tag is: a blank, ';', '|' or ',' ends one.
    private static readonly char[] TagSeparators = [';', '|', ',', ' ', '\t', '\r', '\n'];

    public RowProblem? Problem { get; private set; }

    public void Fail(string column, string message) => Problem ??= new RowProblem(column, message);

    public string Prompt()
    {
        string prompt = Text(ManifestColumns.Prompt, options.MaxPromptLength)?.Trim() ?? "";
        if (prompt.Length == 0)
        {
            Fail(ManifestColumns.Prompt, "The prompt is empty. Say what the picture shows.");
        }

        return prompt;
    }

    public string? Text(string column, int maxLength)
    {
        if (!cells.TryGetValue(column, out string? text))
        {
            return null;
        }

        if (text.Length > maxLength)
        {
            Fail(column, string.Create(CultureInfo.InvariantCulture, $"The text has {text.Length:N0} characters; at most {maxLength:N0} are allowed. Shorten it."));
        }
        else if (text.AsSpan().Contains('\uFFFD'))
        {
            Fail(column, "The text holds characters that could not be read. Save the manifest as UTF-8.");
        }
        else if (text.AsSpan().ContainsAnyInRange('\0', '\u0008') || text.AsSpan().ContainsAnyInRange('\u000E', '\u001F') || text.Contains('\u007F'))
        {
            Fail(column, "The text holds control characters. Remove them.");
        }

        return text;
    }

    public long? Whole(string column, long min, long max)
    {
        if (!cells.TryGetValue(column, out string? text) || text.Trim() is not { Length: > 0 } trimmed)
        {
            return null;
        }

        if (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value >= min && value <= max)
        {
            return value;
        }

        Fail(column, $"'{ManifestColumns.Shown(trimmed)}' is no whole number from {min} to {max}. Write one, or leave it out for the default.");
        return null;
    }

    public int? Side(string column)
    {
        int? side = (int?)Whole(column, options.MinSide, options.MaxSide);
        if (side is { } pixels && pixels % options.SideStep != 0)
        {
            int near = pixels / options.SideStep * options.SideStep;
            Fail(column, $"{pixels} is no multiple of {options.SideStep}. Write {near} or {near + options.SideStep}.");
            return null;
        }

        return side;
    }

    public double? Fraction(string column, double min, double max)
    {
        if (!cells.TryGetValue(column, out string? text) || text.Trim() is not { Length: > 0 } trimmed)
        {
            return null;
        }

        if (double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= min && value <= max)
        {
            return value;
        }

        Fail(column, string.Create(CultureInfo.InvariantCulture, $"'{ManifestColumns.Shown(trimmed)}' is no number from {min} to {max}. Write one with a point, such as 4.5, or leave it out for the default."));
        return null;
    }

    public IReadOnlyList<string> Tags()
    {
        string? text = Text(ManifestColumns.Tags, options.MaxTags * (options.MaxTagLength + 2));
        string[] tags = text?.Split(TagSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        tags = [.. tags.Distinct(StringComparer.Ordinal)];
        if (tags.Length > options.MaxTags)
        {
            Fail(ManifestColumns.Tags, $"The row has {tags.Length} tags; at most {options.MaxTags} are allowed. Remove some.");
        }
        else if (tags.FirstOrDefault(tag => tag.Length > options.MaxTagLength) is { } tooLong)
        {
            Fail(ManifestColumns.Tags, $"The tag '{ManifestColumns.Shown(tooLong)}' is longer than {options.MaxTagLength} characters. Shorten it.");
        }

        return tags;
    }
}
