namespace Farthing.Gateway.Translation.Streams;

/// <summary>A stream has an event that is longer than its reader takes.</summary>
public sealed class SseTooLongException(string message) : Exception(message);
