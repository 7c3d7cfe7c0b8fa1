namespace Farthing.Gateway.Alarms;

/// <summary>What the metrics of a process have counted since it began to count.</summary>
/// <param name="Attempts"><c>farthing.attempts</c>.</param>
/// <param name="Tokens">The sum of <c>gen_ai.client.token.usage</c>.</param>
/// <param name="Cost"><c>farthing.cost</c> in 1e-12 USD.</param>
internal readonly record struct MetricReading(long Attempts, long Tokens, long Cost)
{
    public static MetricReading operator +(MetricReading left, MetricReading right) =>
        new(left.Attempts + right.Attempts, left.Tokens + right.Tokens, left.Cost + right.Cost);

    public static MetricReading operator -(MetricReading left, MetricReading right) =>
        new(left.Attempts - right.Attempts, left.Tokens - right.Tokens, left.Cost - right.Cost);
}
