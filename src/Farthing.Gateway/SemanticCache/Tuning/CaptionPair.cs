namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>Two requests and whether the answer to one may be served for the other.</summary>
/// <param name="Id">Its name in messages.</param>
/// <param name="A">One request.</param>
/// <param name="B">The other.</param>
/// <param name="Same">Whether one answer does for both.</param>
/// <param name="Kind">What the two differ by.</param>
public sealed record CaptionPair(string Id, string A, string B, bool Same, string Kind);
