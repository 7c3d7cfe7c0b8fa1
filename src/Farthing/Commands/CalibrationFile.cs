using System.Globalization;
using System.Security.Cryptography;
using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>Reads a calibration set: a manifest of which prompt, seed and negative prompt are used.</summary>
internal static class CalibrationFile
{
    /// <summary>Prompts that are used when nothing else is said.</summary>
    public const int UsualSamples = 512;

    /// <summary>Reads the first prompts of a file.</summary>
    /// <param name="line">Which file, how many prompts, how they are rendered.</param>
    /// <param name="note">Hears of rows that can't be used.</param>
    /// <exception cref="ManifestException">The file can't be read, or has too few prompts.</exception>
    public static CalibrationSet Read(QuantizeLine line, Action<string> note)
    {
        string path = line.Calibration!;
        Manifest manifest = ReadManifest(path);
        foreach (string told in manifest.Warnings.Concat(manifest.Errors.Select(static error => error.ToString())))
        {
            note("warning: " + told);
        }

        RenderRequest[] usable = [.. manifest.Requests];
        int least = line.Samples ?? CalibrationSet.FewestPrompts;
        if (usable.Length < least)
        {
            string name = Path.GetFileName(path);
            throw new ManifestException(line.Samples is null || usable.Length < CalibrationSet.FewestPrompts
                ? $"The calibration set {name} has {Count(usable.Length)}; at least {CalibrationSet.FewestPrompts} are needed, and {UsualSamples} are usual. Add prompts like those that will be rendered."
                : $"The calibration set {name} has {Count(usable.Length)}, and --samples asks for {least}. Write --samples {usable.Length}, or add prompts.");
        }

        long seed = line.Seed;
        return new CalibrationSet
        {
            Prompts =
            [
                .. usable.Take(line.Samples ?? UsualSamples)
                    .Select(row => new CalibrationPrompt(row.Id, row.Prompt, row.Seed ?? seed++, row.NegativePrompt)),
            ],
            File = Path.GetFileName(path),
            Sha256 = Hash(path),
            Steps = line.Steps,
            Guidance = line.Guidance,
        };
    }

    private static Manifest ReadManifest(string path)
    {
        try
        {
            return ManifestReader.ReadFile(path);
        }
        catch (ManifestException e)
        {
            throw new ManifestException($"The calibration set '{path}' can't be used. {e.Message}", e);
        }
    }

    private static string Hash(string path)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"The calibration set '{path}' can't be read: {e.Message}", e);
        }
    }

    private static string Count(int prompts) => string.Create(CultureInfo.InvariantCulture, $"{prompts} usable {(prompts == 1 ? "prompt" : "prompts")}");
}
