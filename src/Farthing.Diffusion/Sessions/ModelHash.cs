using System.Security.Cryptography;
using System.Text;

namespace Farthing.Diffusion.Sessions;

/// <summary>Names a model by its content.</summary>
public static class ModelHash
{
    private static readonly HashSet<string> WrittenAbout =
        new(StringComparer.Ordinal) { "acceptance.json", "report.json", "report.html" };

    /// <summary>
    /// SHA-256 over the relative name and the SHA-256 of every file in a model directory, in ordinal order of the names;
    /// 64 lower-case hexadecimal digits. A renamed or moved directory keeps its hash. MODEL.md, LICENSE and other
    /// texts about the model are left out, and so is what is written about a finished model: acceptance.json,
    /// report.json and report.html beside model_index.json.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="digests">The files that this start has read; null to read them all.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static string Compute(string directory, FileDigests? digests = null)
    {
        digests ??= new FileDigests();
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files(directory))
        {
            string name = Path.GetRelativePath(directory, file).Replace('\\', '/');
            whole.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            whole.AppendData(digests.Of(file));
        }

        return Convert.ToHexStringLower(whole.GetHashAndReset());
    }

    private static IEnumerable<string> Files(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is not (".md" or "") && !Path.GetFileName(f).StartsWith('.'))
            .Where(f => !WrittenAbout.Contains(Path.GetRelativePath(directory, f)))
            .OrderBy(f => Path.GetRelativePath(directory, f), StringComparer.Ordinal);
}
