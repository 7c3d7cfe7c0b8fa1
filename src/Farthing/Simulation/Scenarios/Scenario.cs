namespace Farthing.Simulation.Scenarios;

/// <summary>How a simulated provider behaves. All times are the scenario's own; the time scale says how fast they pass.</summary>
internal sealed record Scenario
{
    /// <summary>A longer file is no scenario.</summary>
    public const int MaxCharacters = 1024 * 1024;

    /// <summary>What all randomness comes from. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Seconds of the scenario in one real second. Default 1; above 0.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>Keys that are let in, by a name that the counts show. Empty (default) lets every key in.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>Models that there are; others are answered with 404. Empty: every name.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Time to the first token. Default none.</summary>
    public LatencyLaw Latency { get; init; } = LatencyLaw.None;

    /// <summary>Time between two events of a stream. Default none.</summary>
    public LatencyLaw Gap { get; init; } = LatencyLaw.None;

    /// <summary>Tokens in one event of a stream. Default 4; at least 1.</summary>
    public int ChunkTokens { get; init; } = 4;

    /// <summary>The text of every answer; null (default) makes one from the request.</summary>
    public string? Text { get; init; }

    /// <summary>Least and most tokens of a text that is made. Default 8 to 24.</summary>
    public (int Least, int Most) OutputTokens { get; init; } = (8, 24);

    /// <summary>The share of the input that is said to come from the prompt cache, to be written to it, and of the output to be thought; 0 to 1.</summary>
    public UsageShares Shares { get; init; }

    /// <summary>The first rule that fits a call decides how it goes.</summary>
    public IReadOnlyList<ScenarioRule> Rules { get; init; } = [];
}
