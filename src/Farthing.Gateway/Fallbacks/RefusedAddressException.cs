namespace Farthing.Gateway.Fallbacks;

/// <summary>A server that is not connected to for where it is. Its message is Farthing's own, and has nothing of what a server sent.</summary>
/// <param name="message">Which server, and why.</param>
public sealed class RefusedAddressException(string message) : HttpRequestException(message);
