using System.Globalization;
using System.Security.Cryptography;
using Farthing.Diffusion.Evaluation;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>Reads held-out prompts: a manifest of which id, prompt, seed, product and negative prompt are used.</summary>
internal static class EvaluationFile
{
    private const int FewestPictures = 2;
    private const int MostErrorsTold = 5;

    /// <summary>Reads the pictures of a file, with the products placed for a size.</summary>
    /// <param name="line">Which file, how many, which seeds.</param>
    /// <param name="pair">The models.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="note">Hears of what is odd but harmless.</param>
    /// <exception cref="ManifestException">The file can't be used.</exception>
    /// <exception cref="UsageException">It is what the candidate was calibrated on.</exception>
    public static IReadOnlyList<EvaluationItem> Read(EvaluateLine line, ModelPair pair, int width, int height, Action<string> note)
    {
        RefuseCalibrationSet(line.Prompts, pair);
        Manifest manifest = ManifestReader.ReadFile(line.Prompts);
        foreach (string warning in manifest.Warnings)
        {
            note("warning: " + warning);
        }

        RefuseBadRows(manifest, line.Prompts);
        RenderRequest[] rows = [.. manifest.Requests.Take(line.Pictures ?? int.MaxValue)];
        int least = line.Pictures ?? FewestPictures;
        if (rows.Length < least)
        {
            throw new ManifestException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{line.Prompts}' has {rows.Length} {(rows.Length == 1 ? "prompt" : "prompts")}, and {least} are needed. Write a smaller --pictures, or add prompts."));
        }

        if (rows.Any(static row => row.Width is not null || row.Height is not null || row.Steps is not null || row.Guidance is not null))
        {
            note("warning: width, height, steps and guidance of single rows are not read: all pictures of an evaluation have one shape.");
        }

        if (!pair.Reference.HasVaeEncoder && rows.FirstOrDefault(static row => row.ProductPath is not null) is { } product)
        {
            throw new ManifestException($"{product.Id} names a product, but the model has no vae_encoder, which products need. Export it again with one, or leave the product out.");
        }

        var captioner = new TemplateCaptioner();
        long seed = line.Seed;
        return [.. rows.Select(row => Item(row, row.Seed ?? seed++, captioner, width, height))];
    }

    private static EvaluationItem Item(RenderRequest row, long seed, TemplateCaptioner captioner, int width, int height) => new()
    {
        Id = row.Id,

        // With a product only the scene is drawn, as in a campaign.
        Text = row.ProductPath is null ? row.Prompt : captioner.Caption(row.Prompt).Scene,
        ScoredText = row.Prompt,
        Negative = row.NegativePrompt,
        Seed = seed,
        Product = row.ProductPath is { } path ? PlacedForEvaluation.Load(row.Id, path, width, height) : null,
    };

    private static void RefuseBadRows(Manifest manifest, string path)
    {
        RowError[] errors = [.. manifest.Errors];
        if (errors.Length > 0)
        {
            string told = string.Concat(errors.Take(MostErrorsTold).Select(static error => $"{Environment.NewLine}  - {error}"));
            throw new ManifestException($"{errors.Length} rows of '{path}' can't be rendered, so a figure over all would be none:{told}");
        }
    }

    private static void RefuseCalibrationSet(string path, ModelPair pair)
    {
        if (ModelPair.CalibrationSetOf(pair.Candidate) is not { } calibration)
        {
            return;
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ManifestException($"The prompts '{path}' can't be read: {e.Message}", e);
        }

        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) == calibration)
        {
            throw new UsageException($"'{path}' is the set that the candidate was calibrated on: it would be judged on what it was fitted to. Name held-out prompts with --prompts.");
        }
    }
}
