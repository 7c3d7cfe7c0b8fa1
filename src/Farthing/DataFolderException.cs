namespace Farthing;

/// <summary>The data folder can't be used; the message says what to mend.</summary>
internal sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
