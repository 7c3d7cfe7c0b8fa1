using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Farthing.Diffusion.Schedulers;
using Farthing.Rendering.Manifests;

namespace Farthing.Rendering.Jobs;

/// <summary>Ids that the same input always gives, so that a run that was interrupted is known again.</summary>
internal static class RunIdentity
{
    /// <summary>A run: what is rendered, whereto and with which settings. Batch size and lanes do not count.</summary>
    /// <param name="source">The manifest's full path, or the prompt.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="salt">Something new for a run that continues none; else empty.</param>
    public static string RunId(string source, RenderSettings settings, string salt)
    {
        string[] parts = [source, Path.GetFullPath(settings.OutputFolder), Path.GetFullPath(settings.ModelDirectory), Text(settings), salt];
        string precision = settings.Precision.Identity;
        return "run-" + Hash(precision.Length == 0 ? parts : [.. parts, precision])[..12];
    }

    /// <summary>A render: everything that decides its picture. How its precision was chosen does not count, the model does.</summary>
    public static string RenderId(RenderRequest row, JobShape shape, long seed, string? negative, RenderSettings settings, string modelHash) =>
        "r-" + Hash(
            row.Id, row.Prompt, Product(row.ProductPath), Text(seed), Text(shape), negative ?? "\0none", Text(settings), modelHash)[..20];

    /// <summary>A row that has no settings because it can't be read.</summary>
    public static string FailedRenderId(RowError error) => "r-" + Hash("failed", error.Id, error.Column, error.Message)[..20];

    /// <summary>The seed of a row that names none: 31 bits of its id's hash.</summary>
    public static long SeedOf(string id) => Convert.ToInt64(Hash("seed", id)[..8], 16) & 0x7FFF_FFFF;

    private static string Product(string? path)
    {
        if (path is null)
        {
            return "";
        }

        var file = new FileInfo(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}") : path;
    }

    private static string Text(RenderSettings s) => string.Join('|', new object?[]
    {
        s.Scheduler.ToName(), s.Steps, s.Guidance, s.NegativePrompt, s.Seed, s.Width, s.Height, s.Strength, s.RewritesCaptions, s.Captioner,
        s.Sharpen, s.OutputSize, s.Placement, s.Shadow, s.Format,
    }.Concat(Newer(s)).Select(Text));

    /// <summary>What came later counts only where it is not as it always was, so that older runs are found again.</summary>
    private static object?[] Newer(RenderSettings s) => s.RoundsTextStates || s.Stems.Length > 0 ? [s.RoundsTextStates, s.Stems] : [];

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Hash(params string[] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
