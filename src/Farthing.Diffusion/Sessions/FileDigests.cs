using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Farthing.Diffusion.Sessions;

/// <summary>
/// SHA-256 of files, each read once: a model's hash and its encoders' identities go over the same files. It belongs to one start of a
/// program and does not see what changes a file later. Safe for threads.
/// </summary>
public sealed class FileDigests
{
    private const int BufferBytes = 1 << 20;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    /// <summary>The 32 bytes of a file's digest.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public byte[] Of(string path) => _known.GetOrAdd(Path.GetFullPath(path), static file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        return SHA256.HashData(stream);
    });
}
