namespace Farthing.Simulation.Scenarios;

/// <summary>Distributions of durations.</summary>
internal enum LatencyKind
{
    /// <summary>Always the same.</summary>
    Fixed,

    /// <summary>Each duration of a range alike.</summary>
    Uniform,

    /// <summary>Around a mean.</summary>
    Normal,

    /// <summary>With a long tail, as real ones have.</summary>
    Lognormal,

    /// <summary>Without memory.</summary>
    Exponential,
}
