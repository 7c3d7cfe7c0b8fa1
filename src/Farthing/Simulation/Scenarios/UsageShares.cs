namespace Farthing.Simulation.Scenarios;

/// <summary>Shares of tokens, 0 to 1, rounded down to whole tokens.</summary>
/// <param name="CachedInput">Of the input, read from the cache.</param>
/// <param name="CacheWrite">Of the input, written to it.</param>
/// <param name="Reasoning">Of the output, thought.</param>
internal readonly record struct UsageShares(double CachedInput, double CacheWrite, double Reasoning);
