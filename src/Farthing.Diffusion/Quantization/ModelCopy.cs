namespace Farthing.Diffusion.Quantization;

/// <summary>Copies of a model directory all that stays as it is: everything but the UNet's graph and weights.</summary>
internal static class ModelCopy
{
    private static readonly HashSet<string> OfAnotherModel = new(StringComparer.Ordinal)
    {
        "acceptance.json", "report.json", "report.html", "ranges.json", QuantizationManifest.FileName,
    };

    /// <summary>Copies the files; model_index.json last, so that a directory without it is known to be unfinished.</summary>
    /// <param name="source">The float model.</param>
    /// <param name="target">An existing directory.</param>
    /// <param name="cancellation">Looked at before each file.</param>
    public static void Copy(string source, string target, CancellationToken cancellation)
    {
        var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source, file))
            .Where(IsKept)
            .OrderBy(file => file == "model_index.json")
            .ThenBy(file => file, StringComparer.Ordinal);
        foreach (string file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            string to = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(source, file), to, overwrite: true);
        }
    }

    private static bool IsKept(string relative)
    {
        string name = Path.GetFileName(relative);
        bool isUNetData = Path.GetDirectoryName(relative) is { } folder
            && (folder == "unet" || folder.StartsWith("unet" + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            && Path.GetExtension(name) != ".json";
        return !isUNetData && !name.StartsWith('.') && !OfAnotherModel.Contains(relative);
    }
}
