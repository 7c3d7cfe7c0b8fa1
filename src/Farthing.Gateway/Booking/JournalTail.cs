using System.Text.Json;

namespace Farthing.Gateway.Booking;

/// <summary>Reads the lines of one process's files from where it left off, and remembers which attempts are open.</summary>
/// <param name="folder">The process's folder.</param>
/// <param name="living">The journal that still writes there; null where its process is no more.</param>
internal sealed class JournalTail(string folder, AttemptJournal? living = null)
{
    private const int MaxBatch = 500;
    private readonly Dictionary<(string Request, int Attempt), (byte[] Start, int File)> _open = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _file = 1;
    private long _position;
    private int _oldest = 1;

    /// <summary>Attempts that started and have not ended.</summary>
    public IEnumerable<AttemptRecord> Open => _open.Values.Select(open => Parse(open.Start)).OrderBy(static start => start.StartedAt);

    /// <summary>How many files lie between the one that is read and the one that is written.</summary>
    public int FilesBehind(int current) => current - _file;

    /// <summary>The next ended attempts, at most some hundreds; empty when there is none yet.</summary>
    /// <param name="current">The number of the file that is still written.</param>
    public List<AttemptRecord> Next(int current)
    {
        List<AttemptRecord> ended = [];
        while (ended.Count < MaxBatch)
        {
            var read = ReadLines(ended);
            if (read == 0 && _file >= current)
            {
                break;
            }

            if (read == 0)
            {
                // A file is followed by another only when its last line is written.
                (_file, _position) = (_file + 1, 0);
            }
        }

        return ended;
    }

    /// <summary>Removes the files that have nothing open or unread in them. Call it when what was read is posted.</summary>
    public void RemovePosted()
    {
        var needed = _open.Count == 0 ? _file : Math.Min(_file, _open.Values.Min(static open => open.File));
        for (; _oldest < needed; _oldest++)
        {
            File.Delete(AttemptJournal.PathOf(folder, _oldest));
        }
    }

    private int ReadLines(List<AttemptRecord> ended)
    {
        var path = AttemptJournal.PathOf(folder, _file);
        if (!File.Exists(path))
        {
            return 0;
        }

        // Asked first: what is read then is whole up to there.
        var end = living?.EndOf(_file) ?? long.MaxValue;
        if (end <= _position)
        {
            return 0;
        }

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var count = RandomAccess.Read(handle, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - _position)), _position);
        var taken = 0;

        // A line without its end was cut by the kill: it never counted. Zeros follow the last line.
        while (_buffer.AsSpan(taken, count - taken).IndexOf((byte)'\n') is >= 0 and var length)
        {
            Take(_buffer.AsSpan(taken, length), ended);
            taken += length + 1;
        }

        _position += taken;
        return taken;
    }

    private void Take(ReadOnlySpan<byte> line, List<AttemptRecord> ended)
    {
        // Nearly every start is followed by its end, which has all that it has: the rest of it is read only when it is not.
        if (AttemptLine.StartOf(line) is { } key)
        {
            _open[key] = (line.ToArray(), _file);
            return;
        }

        var record = Parse(line);
        _open.Remove((record.RequestId, record.Attempt));
        ended.Add(record);
    }

    private AttemptRecord Parse(ReadOnlySpan<byte> line) => JsonSerializer.Deserialize(line, AttemptJson.Default.AttemptRecord)
        ?? throw new InvalidDataException($"A line of {AttemptJournal.PathOf(folder, _file)} is null.");
}
