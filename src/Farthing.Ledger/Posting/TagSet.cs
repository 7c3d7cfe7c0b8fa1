using System.Buffers;
using System.Globalization;
using System.Text;

namespace Farthing.Ledger.Posting;

/// <summary>
/// The tags of a render as one sorted set without repeats, so that a render counts once, under its set.
/// </summary>
public sealed record TagSet
{
    /// <summary>More characters than this are refused.</summary>
    public const int MaxLength = 1000;

    /// <summary>New tags of more bytes than this in UTF-8 are refused: PostgreSQL's indices hold no longer ones beside a run. What is posted already is read whatever it has.</summary>
    public const int MaxBytes = 1200;

    private TagSet(string text) => Text = text;

    /// <summary>No tags.</summary>
    public static TagSet None { get; } = new("");

    /// <summary>The tags in ordinal order with commas between, such as <c>social,spring</c>.</summary>
    public string Text { get; }

    /// <summary>What parts tags where they are written as one text.</summary>
    internal static readonly SearchValues<char> Separators = SearchValues.Create(",;|");

    /// <summary>Tags that are written one by one.</summary>
    /// <exception cref="FormatException">A tag has a control character or what parts tags, which would make it two; or all together are too long.</exception>
    public static TagSet Of(IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return Parse(string.Join(',', tags.Select(static tag => tag.AsSpan().ContainsAny(Separators)
            ? throw new FormatException($"'{tag}' is no tag: commas, semicolons and vertical bars part tags. Write it without them, or as several tags.")
            : tag)));
    }

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

    /// <summary>What keeps the set from being posted; null for nothing.</summary>
    internal string? Fault() => Text.Length * 3 > MaxBytes && Encoding.UTF8.GetByteCount(Text) > MaxBytes
        ? string.Create(CultureInfo.InvariantCulture, $"its tags have more than {MaxBytes} bytes together")
        : null;

    /// <summary>Whether a tag is in the set (ordinal).</summary>
    public bool Contains(string tag) => Text.Length != 0 && Text.Split(',').Contains(tag, StringComparer.Ordinal);

    /// <summary>Whether every tag is in another set too; no tags are in any.</summary>
    internal bool IsWithin(TagSet other) => Text.Length == 0 || Text == other.Text || Text.Split(',').All(other.Contains);

    /// <summary>The tags that begin so, without their beginning and with commas between; empty for none.</summary>
    public string Under(string prefix) => Under(Text, prefix);

    /// <summary>As <see cref="Under(string)"/>, of the text of a set.</summary>
    internal static string Under(string text, string prefix) => text.Contains(prefix, StringComparison.Ordinal)
        ? string.Join(',', text.Split(',').Where(tag => tag.StartsWith(prefix, StringComparison.Ordinal)).Select(tag => tag[prefix.Length..]))
        : "";

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
