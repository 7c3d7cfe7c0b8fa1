namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>The pairs of one kind at the recommended threshold.</summary>
/// <param name="Kind">What the pairs differ by.</param>
/// <param name="Same">Whether their answers are the same.</param>
/// <param name="Pairs">How many there are.</param>
/// <param name="MeanCosine">Their mean similarity.</param>
/// <param name="PlainHits">Hits with the cosine alone.</param>
/// <param name="GuardedHits">Hits with the guard.</param>
/// <param name="GuardAlone">Pairs that the guard would serve whatever their similarity.</param>
public sealed record KindRow(string Kind, bool Same, int Pairs, double MeanCosine, int PlainHits, int GuardedHits, int GuardAlone);
