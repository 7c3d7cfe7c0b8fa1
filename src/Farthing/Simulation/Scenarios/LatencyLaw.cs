namespace Farthing.Simulation.Scenarios;

/// <summary>A distribution of durations.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="First">fixed: the duration; uniform: the least; normal and exponential: the mean; lognormal: the median.</param>
/// <param name="Second">uniform: the most; normal: the standard deviation.</param>
/// <param name="Sigma">lognormal: the standard deviation of the logarithm.</param>
/// <param name="Max">No duration is longer.</param>
internal sealed record LatencyLaw(LatencyKind Kind, TimeSpan First, TimeSpan Second, double Sigma, TimeSpan Max)
{
    /// <summary>No time at all.</summary>
    public static LatencyLaw None { get; } = Fixed(TimeSpan.Zero);

    /// <summary>Always the same.</summary>
    public static LatencyLaw Fixed(TimeSpan duration) => new(LatencyKind.Fixed, duration, default, 0, TimeSpan.FromDays(1));

    /// <summary>Draws one; never negative, never longer than the maximum.</summary>
    public TimeSpan Draw(Random random)
    {
        TimeSpan drawn = Kind switch
        {
            LatencyKind.Fixed => First,
            LatencyKind.Uniform => First + ((Second - First) * random.NextDouble()),
            LatencyKind.Normal => First + (Second * Gauss(random)),
            LatencyKind.Lognormal => First * Math.Min(Math.Exp(Sigma * Gauss(random)), 1e6),
            _ => First * -Math.Log(1 - random.NextDouble()),
        };
        return drawn < TimeSpan.Zero ? TimeSpan.Zero : drawn > Max ? Max : drawn;
    }

    /// <summary>A standard normal number, by Box and Muller.</summary>
    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
