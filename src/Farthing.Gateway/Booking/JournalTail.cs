using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Reads the lines of one process's files from where it left off, and remembers which attempts are open. What a living journal still has at hand is not
/// read from its file. A line that can't be read, as a power cut leaves it, is passed over and counted, and its file is set aside in the place of being removed.
/// </summary>
/// <param name="folder">The process's folder.</param>
/// <param name="living">The journal that still writes there; null where its process is no more.</param>
internal sealed class JournalTail(string folder, AttemptJournal? living = null)
{
    private const int MaxBatch = 500;
    private readonly OpenAttempts _open = new();
    private readonly Dictionary<int, int> _damaged = [];
    private readonly List<RecentLine> _recent = [];
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _file = 1;
    private long _position;
    private int _oldest = 1;

    /// <summary>Attempts that started and have not ended.</summary>
    public IEnumerable<AttemptRecord> Open => _open.Starts;

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
            if (TakeRecent(ended))
            {
                continue;
            }

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
        var needed = Math.Min(_file, _open.OldestFile ?? _file);
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
        for (var (number, last) = (_oldest, JournalFolder.LastFile(folder)); number <= last; number++)
        {
            Remove(number, aside);
        }
    }

    private void Remove(int number, SetAside aside)
    {
        var path = JournalFolder.PathOf(folder, number);
        if (!_damaged.TryGetValue(number, out var lines))
        {
            File.Delete(path);
        }
        else if (File.Exists(path))
        {
            aside.Keep(path, Path.GetFileName(folder), lines);
        }
    }

    private bool TakeRecent(List<AttemptRecord> ended)
    {
        _recent.Clear();
        living?.TakeRecent(_file, _position, _recent, MaxBatch);
        foreach (var line in _recent)
        {
            _position = line.End;
            if (line.Record.EndedAt is null)
            {
                _open.Begin(line.Record, _file);
            }
            else
            {
                End(line.Record, ended);
            }
        }

        return _recent.Count > 0;
    }

    private bool ReadLines(List<AttemptRecord> ended)
    {
        var path = JournalFolder.PathOf(folder, _file);
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
            if (AttemptLine.StartOf(line) is { } key)
            {
                var isWhole = key.Request.Length > 0;
                if (isWhole)
                {
                    _open.Begin(key, line, _file);
                }

                return isWhole;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        if (OpenAttempts.Parse(line) is not { } record)
        {
            return false;
        }

        End(record, ended);
        return true;
    }

    private void End(AttemptRecord record, List<AttemptRecord> ended)
    {
        _open.End(record);
        ended.Add(record);
    }

    private void AddDamage() => _damaged[_file] = _damaged.GetValueOrDefault(_file) + 1;
}
