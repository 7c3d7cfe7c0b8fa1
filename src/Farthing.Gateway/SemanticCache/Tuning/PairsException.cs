namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>A file of pairs or requests that can't be used as a whole; the message says what to mend.</summary>
public sealed class PairsException(string message) : Exception(message);
