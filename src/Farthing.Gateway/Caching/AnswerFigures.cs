namespace Farthing.Gateway.Caching;

/// <summary>What a store of answers has.</summary>
/// <param name="Store">What it is called, without a password.</param>
/// <param name="Entries">Answers that are still served.</param>
/// <param name="Bytes">Their bytes, with what finds them.</param>
/// <param name="Meanings">How many of them are found by another wording too.</param>
/// <param name="Counts">What the caches did over all processes, by the names of <see cref="CacheTally"/>: exact, semantic, miss, shadow, refused:REASON.</param>
public sealed record AnswerFigures(string Store, long Entries, long Bytes, long Meanings, IReadOnlyDictionary<string, long> Counts)
{
    /// <summary>When the oldest of them was answered; null where the store does not know.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>When the newest of them was answered; null where the store does not know.</summary>
    public DateTimeOffset? Newest { get; init; }
}
