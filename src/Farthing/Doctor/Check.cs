namespace Farthing.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckLevel
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>It works, but a person should know.</summary>
    Warning,

    /// <summary>Renders fail until it is mended.</summary>
    Problem,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Area">Which part it belongs to.</param>
/// <param name="Level">How it ended.</param>
/// <param name="Found">What is there.</param>
/// <param name="Mend">What to do; empty when it is fine.</param>
internal sealed record Check(string Area, CheckLevel Level, string Found, string Mend = "")
{
    /// <summary>Nothing to do.</summary>
    public static Check Ok(string area, string found) => new(area, CheckLevel.Ok, found);

    /// <summary>It works, but a person should know.</summary>
    public static Check Warning(string area, string found, string mend) => new(area, CheckLevel.Warning, found, mend);

    /// <summary>Renders fail until it is mended.</summary>
    public static Check Problem(string area, string found, string mend) => new(area, CheckLevel.Problem, found, mend);
}
