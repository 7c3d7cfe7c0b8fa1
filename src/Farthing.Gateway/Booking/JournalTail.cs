using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Reads the lines of one process's files from where it left off, and remembers which attempts are open. A line that can't be read, as a
/// power cut leaves it, is passed over and counted, and its file is set aside in the place of being removed.
/// </summary>
/// <param name="folder">The process's folder.</param>
/// <param name="living">The journal that still writes there; null where its process is no more.</param>
internal sealed class JournalTail(string folder, AttemptJournal? living = null)
{
    private const int MaxBatch = 500;
    private readonly Dictionary<(string Request, int Attempt), (byte[] Start, int File)> _open = [];
    private readonly Dictionary<int, int> _damaged = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _file = 1;
    private long _position;
    private int _oldest = 1;

    /// <summary>Attempts that started and have not ended.</summary>
    public IEnumerable<AttemptRecord> Open => _open.Values.Select(static open => Parse(open.Start)).OfType<AttemptRecord>().OrderBy(static start => start.StartedAt);

    /// <summary>How many files lie between the one that is read and the one that is written.</summary>
    public int FilesBehind(int current) => current - _file;

    /// <summary>The next ended attempts, at most some hundreds; empty when there is none yet.</summary>
    /// <param name="current">The number of the file that is still written.</param>
    /// <exception cref="IOException">A file can't be read; nothing of it was taken.</exception>
    public List<AttemptRecord> Next(int current)
    {
        List<AttemptRecord> ended = [];
        while (ended.Count < MaxBatch)
        {
            bool isRead;
            try
            {
                isRead = ReadLines(ended);
            }
            catch (Exception error) when (ended.Count > 0 && error is IOException or UnauthorizedAccessException)
            {
                // What was read is given first, and the fault is met again after it.
                break;
            }

            if (!isRead && _file >= current)
            {
                break;
            }

            if (!isRead)
            {
                // A file is followed by another only when its last line is written.
                (_file, _position) = (_file + 1, 0);
            }
        }

        return ended;
    }

    /// <summary>Removes the files that have nothing open or unread in them. Call it when what was read is posted.</summary>
    /// <param name="aside">Gets those that have lines which can't be read.</param>
    /// <exception cref="IOException">One can't be removed.</exception>
    public void RemovePosted(SetAside aside)
    {
        var needed = _open.Count == 0 ? _file : Math.Min(_file, _open.Values.Min(static open => open.File));
        for (; _oldest < needed; _oldest++)
        {
            Remove(_oldest, aside);
        }
    }

    /// <summary>Removes all files. Call it when nothing comes any more, and all is posted.</summary>
    /// <param name="aside">Gets those that have lines which can't be read.</param>
    /// <exception cref="IOException">One can't be removed.</exception>
    public void RemoveAll(SetAside aside)
    {
        for (var (number, last) = (_oldest, AttemptJournal.LastFile(folder)); number <= last; number++)
        {
            Remove(number, aside);
        }
    }

    private void Remove(int number, SetAside aside)
    {
        var path = AttemptJournal.PathOf(folder, number);
        if (!_damaged.TryGetValue(number, out var lines))
        {
            File.Delete(path);
        }
        else if (File.Exists(path))
        {
            aside.Keep(path, Path.GetFileName(folder), lines);
        }
    }

    private bool ReadLines(List<AttemptRecord> ended)
    {
        var path = AttemptJournal.PathOf(folder, _file);
        if (!File.Exists(path))
        {
            return false;
        }

        // Asked first: what is read then is whole up to there.
        var end = living?.EndOf(_file) ?? long.MaxValue;
        if (end <= _position)
        {
            return false;
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
        return taken > 0 || (count == _buffer.Length && SkipLost(handle, end));
    }

    /// <summary>No line is as long as the buffer: here are zeros, of pages that a power cut lost or of the rest of the file.</summary>
    /// <returns>Whether anything comes after them.</returns>
    private bool SkipLost(SafeFileHandle handle, long end)
    {
        var zero = _buffer.AsSpan().IndexOf((byte)0);
        var from = _position + (zero < 0 ? _buffer.Length : zero);
        while (from < end && RandomAccess.Read(handle, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - from)), from) is > 0 and var count)
        {
            if (_buffer.AsSpan(0, count).IndexOfAnyExcept((byte)0) is >= 0 and var at)
            {
                AddDamage();
                _position = from + at;
                return true;
            }

            from += count;
        }

        return false;
    }

    private void Take(ReadOnlySpan<byte> line, List<AttemptRecord> ended)
    {
        if (line.LastIndexOf((byte)0) is >= 0 and var lost)
        {
            // A page that a power cut lost; behind it may be a whole line.
            AddDamage();
            TryTake(line[(lost + 1)..], ended);
        }
        else if (!TryTake(line, ended))
        {
            AddDamage();
        }
    }

    private bool TryTake(ReadOnlySpan<byte> line, List<AttemptRecord> ended)
    {
        try
        {
            // Nearly every start is followed by its end, which has all that it has: the rest of it is read only when it is not.
            if (AttemptLine.StartOf(line) is { } key)
            {
                var isWhole = key.Request.Length > 0;
                if (isWhole)
                {
                    _open[key] = (line.ToArray(), _file);
                }

                return isWhole;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        if (Parse(line) is not { } record)
        {
            return false;
        }

        _open.Remove((record.RequestId, record.Attempt));
        ended.Add(record);
        return true;
    }

    private void AddDamage() => _damaged[_file] = _damaged.GetValueOrDefault(_file) + 1;

    private static AttemptRecord? Parse(ReadOnlySpan<byte> line)
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
