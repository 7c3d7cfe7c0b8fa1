namespace Farthing.Gateway.Translation.Streams;

/// <summary>What broke a stream.</summary>
/// <param name="Type">The provider's word, such as <c>overloaded_error</c>; null where the stream itself is at fault.</param>
/// <param name="Message">For people.</param>
public sealed record StreamFault(string? Type, string Message);
