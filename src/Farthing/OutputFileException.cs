namespace Farthing;

/// <summary>A file that a command was to write can't be written; the message says which and why.</summary>
internal sealed class OutputFileException(string message, Exception? inner = null) : Exception(message, inner);
