namespace Farthing.Gateway.Configuration;

/// <summary>A text that is never printed: whatever formats, logs or serialises it gets <c>***</c>.</summary>
/// <remarks>A class without public properties, so that no serialiser finds the text either.</remarks>
public sealed class Secret
{
    private readonly string _text;

    /// <summary>Wraps a text.</summary>
    /// <param name="text">What must not be printed; not empty.</param>
    public Secret(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _text = text;
    }

    /// <summary>The text itself, for the one place that sends it.</summary>
    public string Reveal() => _text;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
