using System.Globalization;
using Farthing.Ledger.Storage;

namespace Farthing.Rendering.Objects;

/// <summary>
/// Keeps objects as files in a folder. An object is there whole or not at all, also after a crash: it is written under a
/// temporary name, flushed to the disk, renamed, and the folder's entry is flushed as well. Putting a key again replaces it.
/// </summary>
/// <remarks>Safe for several threads and processes on one folder; of two that put one key at once, either may win.</remarks>
public sealed class FolderObjectStore
{
    internal const string TemporaryPrefix = ".farthing-tmp-";
    private readonly string _root;
    private int _counter;

    /// <summary>Opens the folder, makes it when it is missing, and removes what interrupted writes left in it.</summary>
    /// <exception cref="ObjectStoreException">The folder can't be made or read.</exception>
    public FolderObjectStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _root = Path.GetFullPath(folder);
        Try($"The folder '{_root}' can't be used", () =>
        {
            DurableFiles.CreateFolder(_root);
            Sweep();
            return true;
        });
    }

    /// <summary>The folder's full path.</summary>
    public string Folder => _root;

    /// <summary>Stores an object. When this returns, it survives a loss of power.</summary>
    /// <param name="key">Names joined by '/', each a plain file name of at most 200 bytes that does not begin with a dot.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="ObjectStoreException">The key is not allowed, the disk is full, or the folder can't be written.</exception>
    public StoreReceipt Put(string key, ReadOnlySpan<byte> content)
    {
        string path = PathOf(key);
        string folder = Path.GetDirectoryName(path)!;
        string temporary = "";
        try
        {
            DurableFiles.CreateFolder(folder);
            try
            {
                Write(folder, path, content, out temporary);
            }
            catch (FileNotFoundException)
            {
                // A starting process swept the file in the instant before it was locked.
                Write(folder, path, content, out temporary);
            }

            DurableFiles.FlushFolder(folder);
            return new StoreReceipt(key, content.Length, WriteOperations: 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw StorageFailure.Of($"'{key}' could not be stored in '{_root}'", e);
        }
    }

    /// <summary>Whether an object is there.</summary>
    /// <exception cref="ObjectStoreException">The key is not allowed.</exception>
    public bool Contains(string key) => File.Exists(PathOf(key));

    /// <summary>Reads an object.</summary>
    /// <exception cref="ObjectStoreException">The key is not allowed, or the object is missing or can't be read.</exception>
    public byte[] Get(string key)
    {
        string path = PathOf(key);
        return Try($"'{key}' could not be read from '{_root}'", () => File.ReadAllBytes(path));
    }

    /// <summary>The full path of a key's file, whether it is there or not.</summary>
    /// <exception cref="ObjectStoreException">The key is not allowed.</exception>
    public string PathOf(string key)
    {
        ObjectKey.Check(key);
        return Path.Combine(_root, key.Replace('/', Path.DirectorySeparatorChar));
    }

    private void Write(string folder, string path, ReadOnlySpan<byte> content, out string temporary)
    {
        using FileStream file = CreateTemporary(folder, out temporary);
        file.Write(content);
        file.Flush(flushToDisk: true);

        // Renamed while it is open: its lock keeps the sweep of another process away.
        File.Move(temporary, path, overwrite: true);
    }

    private FileStream CreateTemporary(string folder, out string path)
    {
        while (true)
        {
            int number = Interlocked.Increment(ref _counter);
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{TemporaryPrefix}{Environment.ProcessId}-{number}"));
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process with this number, on another machine or in another container: take the next name.
            }
        }
    }

    /// <summary>Deletes temporary files that nobody holds open any more.</summary>
    private void Sweep()
    {
        foreach (string path in Directory.EnumerateFiles(_root, TemporaryPrefix + "*", SearchOption.AllDirectories))
        {
            try
            {
                // A writer's lock makes this fail; without one the file was left behind.
                new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0).Dispose();
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Still being written, or not ours to delete.
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            if (path.Length > 0)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start sweeps it.
        }
    }

    private static T Try<T>(string what, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Of(what, e);
        }
    }
}
