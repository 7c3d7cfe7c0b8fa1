namespace Farthing;

/// <summary>A file that a command was to read, an invoice or usage, can't be opened; the message says which and why.</summary>
internal sealed class InputFileException(string message, Exception inner) : Exception(message, inner);
