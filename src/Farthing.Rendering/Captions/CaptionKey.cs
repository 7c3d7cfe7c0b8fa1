namespace Farthing.Rendering.Captions;

/// <summary>The key of a caption service. It prints as <c>***</c>, so that it gets into no log and no message.</summary>
public sealed class CaptionKey
{
    /// <summary>The environment variable that holds it.</summary>
    public const string Variable = "FARTHING_CAPTION_KEY";

    private readonly string _value;

    /// <summary>Wraps a key.</summary>
    /// <exception cref="ArgumentException">It is empty, or holds characters that no header may have.</exception>
    public CaptionKey(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0 || !value.All(c => c is > ' ' and <= '~'))
        {
            // Not the value itself: messages get logged.
            throw new ArgumentException($"The key in {Variable} is empty or holds blanks or characters that are not ASCII. Copy it again.", nameof(value));
        }

        _value = value;
    }

    /// <summary>The key in <c>FARTHING_CAPTION_KEY</c>; null when it is not set.</summary>
    /// <exception cref="ArgumentException">It can't be used.</exception>
    public static CaptionKey? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable)?.Trim() is { Length: > 0 } value ? new CaptionKey(value) : null;

    /// <summary><c>***</c></summary>
    public override string ToString() => "***";

    internal string Reveal() => _value;

    /// <summary>A text of a server, without the key should it hold it.</summary>
    internal string Redact(string text) => text.Replace(_value, "***", StringComparison.Ordinal);
}
