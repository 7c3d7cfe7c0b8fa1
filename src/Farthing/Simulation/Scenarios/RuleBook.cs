namespace Farthing.Simulation.Scenarios;

/// <summary>Finds the rule of each call. Chance comes from the seed and the call's number, so it does not depend on threads.</summary>
internal sealed class RuleBook(Scenario scenario)
{
    private readonly long[] _fitting = new long[scenario.Rules.Count];
    private long _calls;

    /// <summary>The next call.</summary>
    /// <param name="call">What is known of it.</param>
    /// <param name="elapsed">The scenario's time since the start.</param>
    /// <returns>Its rule, null for none; and its own source of chance.</returns>
    public (ScenarioRule? Rule, Random Random) Next(CallFacts call, TimeSpan elapsed)
    {
        long number = Interlocked.Increment(ref _calls);
        var random = new Random(unchecked((int)((scenario.Seed * 1_000_003) + (number * 7_919))));
        for (int at = 0; at < scenario.Rules.Count; at++)
        {
            RuleFilter when = scenario.Rules[at].When;
            if (when.Fits(call, elapsed)
                && when.Counts(Interlocked.Increment(ref _fitting[at]))
                && (when.Probability >= 1 || random.NextDouble() < when.Probability))
            {
                return (scenario.Rules[at], random);
            }
        }

        return (null, random);
    }
}
