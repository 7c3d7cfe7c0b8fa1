using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Farthing.Tests.Goldens;

/// <summary>Finds the reference data that the Python libraries computed; see README.md in this folder.</summary>
internal static class Golden
{
    /// <summary>The repository's root, found from this source file.</summary>
    public static string RepositoryRoot { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    /// <summary>The demo model's directory.</summary>
    public static string DemoModel => Path.Combine(RepositoryRoot, "models", "demo");

    public static string PathOf(params string[] parts) => Path.Combine([Here(), .. parts]);

    public static JsonDocument Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(PathOf(parts)));

    public static SafetensorsFile Tensors(params string[] parts) => SafetensorsFile.Open(PathOf(parts));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
