using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Farthing.Gateway.Booking;

/// <summary>
/// Where attempts are written down first: a line when one starts and a line when it has ended, in files of this process. A line is
/// in the kernel's hands when <see cref="Write"/> returns, so a killed process loses none. <see cref="LedgerWriter"/> reads the
/// files behind and posts them; the files are the queue, so its memory is bounded.
/// </summary>
/// <remarks>Safe for threads. A folder a process: <c>lock</c>, which the kernel lets go when the process dies, and <c>000001.jsonl</c> and so on.</remarks>
public sealed class AttemptJournal : IDisposable
{
    /// <summary>A longer file is followed by a new one.</summary>
    internal const long MaxFileBytes = 16 * 1024 * 1024;

    private const string Making = ".new-";

    private readonly Lock _gate = new();
    private readonly FileStream _lock;
    private readonly byte[] _newLine = [(byte)'\n'];
    private readonly SemaphoreSlim _written = new(0, 1);
    private SafeFileHandle _file;
    private long _length;
    private int _number = 1;
    private long _ended;
    private long _posted;

    private AttemptJournal(string folder, FileStream held)
    {
        Folder = folder;
        _lock = held;
        _file = OpenFile(_number);
    }

    /// <summary>This process's folder.</summary>
    public string Folder { get; }

    /// <summary>The name of this process's folder.</summary>
    public string Session => Path.GetFileName(Folder);

    /// <summary>Ended attempts that are written down and not yet in the ledger.</summary>
    public long Waiting => Interlocked.Read(ref _ended) - Interlocked.Read(ref _posted);

    /// <summary>Why the last line could not be written; null when it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>The number of the file that is written now.</summary>
    internal int Current => Volatile.Read(ref _number);

    /// <summary>Makes this process's files.</summary>
    /// <param name="root">The folder of all processes' folders.</param>
    /// <param name="session">A name that no other process has.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static AttemptJournal Open(string root, string session)
    {
        // Held before it has its name, so that another process that looks for dead ones never finds it without its lock.
        var making = Directory.CreateDirectory(Path.Combine(root, Making + session)).FullName;
        var held = Hold(making);
        var folder = Path.Combine(Path.GetDirectoryName(making)!, session);
        Directory.Move(making, folder);
        return new AttemptJournal(folder, held);
    }

    /// <summary>The folders of processes that are no more, each held until it is disposed.</summary>
    public static IEnumerable<(string Folder, IDisposable Held)> OfTheDead(string root)
    {
        string[] folders = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        foreach (var folder in folders.Where(static folder => !Path.GetFileName(folder).StartsWith(Making, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            FileStream held;
            try
            {
                held = Hold(folder);
            }
            catch (IOException)
            {
                // Its process lives.
                continue;
            }

            yield return (folder, held);
        }
    }

    /// <summary>The files of a folder in the order that they were written.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal);

    /// <summary>Writes one line.</summary>
    /// <exception cref="BookingException">The disk is full or failing: the attempt is not booked.</exception>
    public void Write(AttemptRecord record)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(record, AttemptJson.Default.AttemptRecord);
        lock (_gate)
        {
            try
            {
                Append(line);
                Fault = null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fault = error.Message;
                throw new BookingException($"An attempt can't be written down in {Folder}: {error.Message}", error);
            }
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

    /// <summary>Tells that ended attempts are in the ledger now.</summary>
    internal void Posted(int count) => Interlocked.Add(ref _posted, count);

    /// <summary>Waits until a line was written.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _written.WaitAsync(cancellationToken);

    /// <summary>Writes at the end that is known to be whole, so that a line cut short by a full disk is written over.</summary>
    private void Append(byte[] line)
    {
        if (_length >= MaxFileBytes)
        {
            _file.Dispose();
            _file = OpenFile(_number + 1);
            _length = 0;
            Volatile.Write(ref _number, _number + 1);
        }

        RandomAccess.Write(_file, [line, _newLine], _length);
        _length += line.Length + 1;
    }

    /// <summary>The path of a file.</summary>
    internal static string PathOf(string folder, int number) => Path.Combine(folder, $"{number:D6}.jsonl");

    /// <summary>Closes the files; they stay.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
            _lock.Dispose();
        }

        _written.Dispose();
    }

    private static FileStream Hold(string folder) =>
        new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private SafeFileHandle OpenFile(int number) => File.OpenHandle(
        PathOf(Folder, number), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
