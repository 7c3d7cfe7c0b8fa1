namespace Farthing.Gateway.Booking;

/// <summary>An attempt can't be written down, so that what it costs would be lost; no further one is made.</summary>
/// <param name="message">What happened, and where.</param>
/// <param name="inner">The system's own words.</param>
public sealed class BookingException(string message, Exception inner) : Exception(message, inner);
