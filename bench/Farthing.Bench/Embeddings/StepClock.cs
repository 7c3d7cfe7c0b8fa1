namespace Farthing.Bench.Embeddings;

/// <summary>A calendar that is set by hand, with the machine's own stopwatch.</summary>
internal sealed class StepClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Traffic.Start;

    public override DateTimeOffset GetUtcNow() => Now;
}
