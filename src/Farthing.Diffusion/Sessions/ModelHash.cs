using System.Security.Cryptography;
using System.Text;

namespace Farthing.Diffusion.Sessions;

/// <summary>Names a model by its content.</summary>
public static class ModelHash
{
    /// <summary>
    /// SHA-256 over the relative name and the SHA-256 of every file in a model directory, in ordinal order of the names;
    /// 64 lower-case hexadecimal digits. A renamed or moved directory keeps its hash. MODEL.md, LICENSE and other
    /// texts about the model are left out.
    /// </summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static string Compute(string directory)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files(directory))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            string name = Path.GetRelativePath(directory, file).Replace('\\', '/');
            whole.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            whole.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    private static IEnumerable<string> Files(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is not (".md" or "") && !Path.GetFileName(f).StartsWith('.'))
            .OrderBy(f => Path.GetRelativePath(directory, f), StringComparer.Ordinal);
}
