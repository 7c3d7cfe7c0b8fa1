using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Configuration;

/// <summary>Targets that are tried one after the other. One may come again, so that it has a second chance.</summary>
/// <param name="Name">What clients may ask for instead of the first target; null where it has no name of its own.</param>
/// <param name="Targets">One or more.</param>
public sealed record FallbackChain(string? Name, IReadOnlyList<ModelTarget> Targets)
{
    /// <summary>A longer chain is refused.</summary>
    public const int MaxTargets = 8;

    /// <summary>Whether a request for a model means this chain: by its name, its first target, or its first target's model alone.</summary>
    public bool IsMeantBy(string model) =>
        model == Name || model == Targets[0].Model || model == Targets[0].ToString();
}
