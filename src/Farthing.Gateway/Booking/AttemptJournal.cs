using Farthing.Gateway.Configuration;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Where attempts are written down first: a line when one starts and a line when it has ended, in files of this process. A line is
/// in the kernel's hands when <see cref="Write"/> returns, which copies it into memory that is the file's, so a killed process loses
/// none; with <see cref="JournalDurability.Disk"/> it is on the disk too. <see cref="LedgerWriter"/> reads the files behind and posts them; the files are the queue, so its memory is bounded.
/// </summary>
/// <remarks>
/// Safe for threads. A folder a process: <c>lock</c>, which the kernel lets go when the process dies, and <c>000001.jsonl</c> and so on. A
/// file has its full length from the start; after its last line come zeros, until it is closed.
/// </remarks>
public sealed class AttemptJournal : IDisposable
{
    private const string Making = ".new-";

    private readonly Lock _gate = new();
    private readonly FileStream _lock;
    private readonly bool _isDurable;
    private readonly SemaphoreSlim _written = new(0, 1);
    private readonly RecentLines _recent = new();
    private readonly RollingFiles _files;
    private long _ended;
    private long _posted;

    private AttemptJournal(string folder, FileStream held, JournalOptions options)
    {
        Folder = folder;
        _lock = held;
        _isDurable = options.Durability == JournalDurability.Disk;
        _files = new RollingFiles(folder, _isDurable);
    }

    /// <summary>This process's folder.</summary>
    public string Folder { get; }

    /// <summary>The folder of all processes' folders.</summary>
    public string Root => Path.GetDirectoryName(Folder)!;

    /// <summary>The name of this process's folder.</summary>
    public string Session => Path.GetFileName(Folder);

    /// <summary>Ended attempts that are written down and not yet in the ledger.</summary>
    public long Waiting => Interlocked.Read(ref _ended) - Interlocked.Read(ref _posted);

    /// <summary>Why the last line could not be written; null when it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether the ledger can't be written for now, so that lines wait in their files.</summary>
    public bool IsLedgerAway { get; private set; }

    /// <summary>How many files of any process hold what could not be posted, and wait for a person.</summary>
    public int SetAside => Booking.SetAside.CountIn(Root);

    /// <summary>The number of the file that is written now.</summary>
    internal int Current => _files.Number;

    /// <summary>Makes this process's files.</summary>
    /// <param name="root">The folder of all processes' folders.</param>
    /// <param name="session">A name that no other process has (<see cref="JournalRoot.Session"/>).</param>
    /// <param name="options">How safe a line is; null for the defaults.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static AttemptJournal Open(string root, string session, JournalOptions? options = null)
    {
        // Held before it has its name, so that another process that looks for dead ones never finds it without its lock.
        var making = Directory.CreateDirectory(Path.Combine(root, Making + session)).FullName;
        var held = JournalFolder.Hold(making);
        var folder = Path.Combine(Path.GetDirectoryName(making)!, session);
        Directory.Move(making, folder);
        options ??= new JournalOptions();
        if (options.Durability == JournalDurability.Disk)
        {
            DurableFiles.FlushFolderOf(folder);
            DurableFiles.FlushFolderOf(Path.GetDirectoryName(folder)!);
        }

        return new AttemptJournal(folder, held, options);
    }

    /// <summary>Writes one line.</summary>
    /// <exception cref="BookingException">The disk is full or failing: the attempt is not booked.</exception>
    public void Write(AttemptRecord record)
    {
        var line = AttemptLine.Of(record);
        JournalFile file;
        long end;
        try
        {
            lock (_gate)
            {
                _files.Append(line);
                (file, end) = (_files.Current, _files.Current.Length);
                _recent.Add(new RecentLine(_files.Number, end - line.Length - 1, end, record));
            }

            if (_isDurable)
            {
                file.FlushTo(end);
            }

            Fault = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fault = error.Message;
            throw new BookingException($"An attempt can't be written down in {Folder}: {error.Message}", error);
        }

        if (record.EndedAt is not null)
        {
            Interlocked.Increment(ref _ended);
        }

        if (_written.CurrentCount == 0)
        {
            try
            {
                _written.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another line woke the reader already.
            }
        }
    }

    /// <summary>
    /// Tries whether a fault has passed, as where a disk has room again: no call would find out, when none is sent because of it.
    /// </summary>
    /// <returns>Whether lines can be written.</returns>
    public bool TryMend()
    {
        lock (_gate)
        {
            if (Fault is null)
            {
                return true;
            }

            try
            {
                _files.MakeNext();
                Fault = null;
                return true;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fault = error.Message;
                return false;
            }
        }
    }

    /// <summary>Tells that ended attempts are in the ledger now.</summary>
    internal void Posted(int count)
    {
        Interlocked.Add(ref _posted, count);
        IsLedgerAway = false;
    }

    /// <summary>Tells that the ledger can't be written.</summary>
    internal void Delayed() => IsLedgerAway = true;

    /// <summary>Waits until a line was written.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _written.WaitAsync(cancellationToken);

    /// <summary>Where the lines of a file end now, which is known of the one that is written.</summary>
    internal long EndOf(int number)
    {
        lock (_gate)
        {
            return number == _files.Number ? _files.Current.Length : long.MaxValue;
        }
    }

    /// <summary>Takes lines that are still at hand, as <see cref="RecentLines.Take"/> says.</summary>
    internal void TakeRecent(int file, long from, List<RecentLine> into, int most)
    {
        lock (_gate)
        {
            _recent.Take(file, from, into, most);
        }
    }

    /// <summary>How much of the file that is written now was flushed to the disk.</summary>
    internal long Flushed
    {
        get
        {
            lock (_gate)
            {
                return _files.Current.Flushed;
            }
        }
    }

    /// <summary>Closes the files; they stay.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _files.Dispose();
            _lock.Dispose();
        }

        _written.Dispose();
    }
}
