namespace Farthing.Gateway.Booking;

/// <summary>The file of a journal that is written now, and the one after it, which is made ahead, off the way of the calls. Not safe for threads.</summary>
internal sealed class RollingFiles : IDisposable
{
    /// <summary>The length of a file; what does not fit goes to the next one.</summary>
    public const int FileBytes = 4 * 1024 * 1024;

    private readonly string _folder;
    private readonly bool _isDurable;
    private Task<JournalFile>? _next;
    private int _number = 1;

    /// <summary>Makes the first file.</summary>
    /// <param name="folder">Where files are made.</param>
    /// <param name="isDurable">Whether they are flushed to the disk.</param>
    /// <exception cref="IOException">It can't be made.</exception>
    public RollingFiles(string folder, bool isDurable)
    {
        (_folder, _isDurable) = (folder, isDurable);
        Current = Make(_number);
    }

    /// <summary>The file that is written now.</summary>
    public JournalFile Current { get; private set; }

    /// <summary>Its number, which any thread may ask for.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>Appends a line. A file that is half full has its successor made.</summary>
    /// <exception cref="IOException">The disk is full or failing, or the line is longer than a file.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        if (!Current.TryAppend(line))
        {
            Turn();
            if (!Current.TryAppend(line))
            {
                throw new IOException($"a line of {line.Length} bytes is longer than a file.");
            }
        }

        if (_next is null && Current.Length > FileBytes / 2)
        {
            var number = _number + 1;

            // A thread of its own: calls may wait for it.
            _next = Task.Factory.StartNew(() => Make(number), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Makes the next file now where it is not made or could not be, as where a disk has room again.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public void MakeNext()
    {
        if (_next is null or { IsFaulted: true })
        {
            _next = Task.FromResult(Make(_number + 1));
        }
    }

    /// <summary>Closes the files; they stay.</summary>
    public void Dispose()
    {
        Flush();
        Current.Dispose();
        if (Made() is { } next)
        {
            next.Dispose();
        }
    }

    /// <summary>Goes on in the next file. Where it could not be made, it is tried again, so that its fault is told.</summary>
    private void Turn()
    {
        var next = Made() ?? Make(_number + 1);
        _next = null;

        // Calls may be about to flush a line of it.
        Flush();
        Current.Dispose();
        Current = next;
        Volatile.Write(ref _number, _number + 1);
    }

    private JournalFile? Made()
    {
        Task.WhenAny(_next ?? Task.CompletedTask).Wait();
        return _next is { IsCompletedSuccessfully: true } ? _next.Result : null;
    }

    private void Flush()
    {
        if (_isDurable)
        {
            Current.FlushTo(Current.Length);
        }
    }

    private JournalFile Make(int number) => JournalFile.Create(JournalFolder.PathOf(_folder, number), FileBytes, _isDurable);
}
