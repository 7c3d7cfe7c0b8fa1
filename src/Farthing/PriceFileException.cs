namespace Farthing;

/// <summary>The price book's file can't be read; the message says why.</summary>
internal sealed class PriceFileException(string message, Exception? inner = null) : Exception(message, inner);
