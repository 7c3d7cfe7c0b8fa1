using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>What a rule wants: one precision, or the full one, whichever the model was published in.</summary>
/// <param name="Precision">The precision; null for the full one.</param>
public readonly record struct PrecisionUse(ModelPrecision? Precision)
{
    /// <summary>The name of the full precision.</summary>
    public const string FullName = "full";

    /// <summary>Full precision: fp32 where it is there, else fp16.</summary>
    public static PrecisionUse Full => default;

    /// <summary>All names that <see cref="TryParse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [FullName, .. ModelPrecisionNames.All];

    /// <summary>Reads a name, without regard to case; false when there is no such precision.</summary>
    public static bool TryParse(string? name, out PrecisionUse use)
    {
        bool isFull = string.Equals(name, FullName, StringComparison.OrdinalIgnoreCase);
        bool isKnown = ModelPrecisionNames.TryParse(name, out var precision) || isFull;
        use = isFull ? Full : new PrecisionUse(precision);
        return isKnown;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Precision?.ToName() ?? FullName;
}
