namespace Farthing.Diffusion.Sessions;

/// <summary>Where one model's precisions lie: beside each other, as <c>demo</c>, <c>demo-fp16</c> and <c>demo-int8</c>.</summary>
public static class PrecisionSiblings
{
    /// <summary>
    /// The directories that a precision of a model may be in, the likelier first: the one with its ending, then the one without
    /// any, which holds the model as it was published.
    /// </summary>
    /// <param name="model">The directory of any of its precisions.</param>
    /// <param name="precision">Which one.</param>
    public static IReadOnlyList<string> PathsOf(string model, ModelPrecision precision)
    {
        string stem = StemOf(model);
        return [$"{stem}-{precision.ToName()}", stem];
    }

    /// <summary>A directory's full path without the ending that names its precision.</summary>
    public static string StemOf(string model)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model));
        string? ending = ModelPrecisionNames.All
            .Select(static name => "-" + name)
            .FirstOrDefault(ending => full.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return ending is null ? full : full[..^ending.Length];
    }
}
