using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Booking;

/// <summary>
/// What of the journal can't be posted, kept beside the processes' folders until a person has looked at it: files that have lines which
/// can't be read, and attempts that the ledger refuses. Nothing here is read again by itself.
/// </summary>
/// <remarks>
/// A file from here that was mended is posted when it is moved to <c>gateway-journal/ANY-NAME/000001.jsonl</c>: it is taken for a dead
/// process's, and what the ledger has already changes nothing.
/// </remarks>
/// <param name="root">The folder of all processes' folders.</param>
/// <param name="log">Hears of everything that is kept here.</param>
internal sealed partial class SetAside(string root, ILogger log)
{
    /// <summary>The folder's name; a process's never begins with a point.</summary>
    public const string FolderName = ".aside";

    // A batch that is posted once more would add its refused attempts once more.
    private readonly HashSet<(string Process, string Request, int Attempt)> _refused = [];
    private readonly string _folder = Path.Combine(root, FolderName);

    /// <summary>How many files are kept.</summary>
    /// <param name="root">The folder of all processes' folders.</param>
    public static int CountIn(string root)
    {
        var folder = Path.Combine(root, FolderName);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    /// <summary>Keeps a file whose other lines are posted.</summary>
    /// <param name="path">The file, which is moved.</param>
    /// <param name="process">Whose it is.</param>
    /// <param name="lines">How many of its lines can't be read.</param>
    /// <exception cref="IOException">It can't be moved, and stays.</exception>
    public void Keep(string path, string process, int lines)
    {
        var kept = Path.Combine(Directory.CreateDirectory(_folder).FullName, $"{process}-{Path.GetFileName(path)}.damaged");
        File.Move(path, kept, overwrite: true);
        LogDamaged(lines, path, kept);
    }

    /// <summary>Keeps an attempt that the ledger refuses.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="process">Whose it is.</param>
    /// <param name="reason">Why.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Keep(AttemptRecord attempt, string process, string reason)
    {
        if (_refused.Contains((process, attempt.RequestId, attempt.Attempt)))
        {
            return;
        }

        var kept = Path.Combine(Directory.CreateDirectory(_folder).FullName, $"{process}.refused.jsonl");
        using (var file = new FileStream(kept, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            // The journal's own file goes as soon as it is posted, so this one must be on the disk.
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(attempt, AttemptJson.Default.AttemptRecord), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }

        _refused.Add((process, attempt.RequestId, attempt.Attempt));
        LogRefused(attempt.RequestId, attempt.Attempt, reason, kept);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Lines} lines of {File} can't be read, as a power cut leaves them; its other lines are posted. Their attempts are in no book. The file is kept as {Kept}.")]
    private partial void LogDamaged(int lines, string file, string kept);

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger refuses the attempt {Request}/{Attempt}, which is in no book: {Reason} It is kept in {Kept}.")]
    private partial void LogRefused(string request, int attempt, string reason, string kept);
}
