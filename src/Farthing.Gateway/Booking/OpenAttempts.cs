using System.Text.Json;

namespace Farthing.Gateway.Booking;

/// <summary>Attempts that the lines of a journal began and have not ended yet, each with the file that it began in.</summary>
internal sealed class OpenAttempts
{
    private readonly Dictionary<(string Request, int Attempt), (AttemptRecord? Start, byte[] Line, int File)> _open = [];

    /// <summary>What was written of them, in the order that they started.</summary>
    public IEnumerable<AttemptRecord> Starts =>
        _open.Values.Select(static open => open.Start ?? Parse(open.Line)).OfType<AttemptRecord>().OrderBy(static start => start.StartedAt);

    /// <summary>The first file that one of them began in; null where none is open.</summary>
    public int? OldestFile => _open.Count == 0 ? null : _open.Values.Min(static open => open.File);

    /// <summary>One began.</summary>
    public void Begin(AttemptRecord start, int file) => _open[(start.RequestId, start.Attempt)] = (start, [], file);

    /// <summary>One began. Nearly every start is followed by its end, which has all that it has: its line is read only when it is not.</summary>
    public void Begin((string Request, int Attempt) key, ReadOnlySpan<byte> line, int file) => _open[key] = (null, line.ToArray(), file);

    /// <summary>One ended.</summary>
    public void End(AttemptRecord record) => _open.Remove((record.RequestId, record.Attempt));

    /// <summary>What a line says; null where it can't be read.</summary>
    public static AttemptRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AttemptJson.Default.AttemptRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
