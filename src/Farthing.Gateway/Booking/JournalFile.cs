using System.IO.MemoryMappedFiles;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>
/// A file of lines that is mapped into memory: a line is added by a copy, without a call of the system, and is the kernel's from then on,
/// whatever becomes of the process. Not safe for threads.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const int Piece = 256 * 1024;
    private readonly string _path;
    private readonly int _capacity;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Lock _flushing = new();
    private long _flushed;
    private int _length;

    private JournalFile(string path, int capacity, MemoryMappedFile map) =>
        (_path, _capacity, _map, _view) = (path, capacity, map, map.CreateViewAccessor(0, capacity, MemoryMappedFileAccess.ReadWrite));

    /// <summary>Bytes of whole lines.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Bytes of lines that were flushed to the disk.</summary>
    public long Flushed => Interlocked.Read(ref _flushed);

    /// <summary>Makes a file of its full length, in zeros that are written: a disk that is full says so here, and never when a line is added.</summary>
    /// <param name="path">The file.</param>
    /// <param name="capacity">Its length.</param>
    /// <param name="isDurable">Whether it and its name are flushed, so that lines that are flushed later are found after a power cut.</param>
    /// <exception cref="IOException">There is no room, or the file is there already.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public static JournalFile Create(string path, int capacity, bool isDurable)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            var zeros = new byte[Math.Min(Piece, capacity)];
            for (var left = capacity; left > 0; left -= zeros.Length)
            {
                file.Write(zeros.AsSpan(0, Math.Min(left, zeros.Length)));
            }

            if (isDurable)
            {
                file.Flush(flushToDisk: true);
                DurableFiles.FlushFolderOf(path);
            }

            var map = MemoryMappedFile.CreateFromFile(file, null, capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            return new JournalFile(path, capacity, map);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Adds a line and its end; false when there is no room.</summary>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        if (Length + line.Length + 1 > _capacity)
        {
            return false;
        }

        // The end comes last: what a kill leaves of a line without it never counts.
        var memory = _view.SafeMemoryMappedViewHandle;
        var start = (ulong)(Length + _view.PointerOffset);
        memory.WriteSpan(start, line);
        memory.Write(start + (ulong)line.Length, (byte)'\n');
        Volatile.Write(ref _length, Length + line.Length + 1);
        return true;
    }

    /// <summary>Flushes the lines up to there, and with them those of other threads that came meanwhile. Safe for threads.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void FlushTo(long end)
    {
        lock (_flushing)
        {
            if (_flushed < end)
            {
                var length = Length;
                _view.Flush();
                Interlocked.Exchange(ref _flushed, length);
            }
        }
    }

    /// <summary>Closes the file and cuts the zeros off.</summary>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.Dispose();
        _view.Dispose();
        _map.Dispose();
        if (!File.Exists(_path))
        {
            // What it held is in the ledger.
            return;
        }

        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(file, Length);
    }
}
