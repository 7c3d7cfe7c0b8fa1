using System.Globalization;

namespace Farthing.Ledger.Import;

/// <summary>A usage file that can't be imported: the line, what is wrong with it, and what to write instead.</summary>
public sealed class UsageFileException(long line, string message, Exception? inner = null)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"Line {line} of the usage file: {message} Nothing of the file was imported."), inner)
{
    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}
