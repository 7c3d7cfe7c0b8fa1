namespace Farthing.Gateway.Providers;

/// <summary>A model of a provider, written <c>provider/model</c>. The model may have slashes of its own.</summary>
/// <param name="Provider">A provider's name in the configuration.</param>
/// <param name="Model">The model's name as the provider knows it.</param>
public sealed record ModelTarget(string Provider, string Model)
{
    /// <summary>Longer names are refused.</summary>
    public const int MaxLength = 200;

    /// <summary>Reads <c>provider/model</c>; false when either is missing, too long or has a control character.</summary>
    public static bool TryParse(string text, out ModelTarget target)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var good = slash > 0 && slash < text.Length - 1 && text.Length <= MaxLength && !text.Any(char.IsControl);
        target = good ? new ModelTarget(text[..slash], text[(slash + 1)..]) : new ModelTarget("", "");
        return good;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => $"{Provider}/{Model}";
}
