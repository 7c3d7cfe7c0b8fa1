namespace Farthing.Ledger.Posting;

/// <summary>
/// The tags of a render as one sorted set without repeats, so that a render counts once, under its set.
/// </summary>
public sealed record TagSet
{
    /// <summary>More characters than this are refused.</summary>
    public const int MaxLength = 1000;

    private TagSet(string text) => Text = text;

    /// <summary>No tags.</summary>
    public static TagSet None { get; } = new("");

    /// <summary>The tags in ordinal order with commas between, such as <c>social,spring</c>.</summary>
    public string Text { get; }

    /// <summary>Reads tags that commas, semicolons or vertical bars part; blanks around a tag are dropped.</summary>
    /// <exception cref="FormatException">A tag has a control character, or all together are too long.</exception>
    public static TagSet Parse(string? text)
    {
        var tags = (text ?? "").Split([',', ';', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (tags.Length == 0)
        {
            return None;
        }

        var joined = string.Join(',', tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return joined.Length > MaxLength || joined.Any(char.IsControl)
            ? throw new FormatException($"Tags are plain words with commas between, {MaxLength} characters at most together.")
            : new TagSet(joined);
    }

    /// <summary>Whether a tag is in the set (ordinal).</summary>
    public bool Contains(string tag) => Text.Length != 0 && Text.Split(',').Contains(tag, StringComparer.Ordinal);

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
