using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Evaluation.Verdict;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Tests.Diffusion.Evaluation;

/// <summary>Pictures and results made for tests of the evaluation.</summary>
internal static class EvaluationPictures
{
    public static RgbPicture Picture(int width, int height, Func<int, int, (int R, int G, int B)> pixel)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            var (r, g, b) = pixel(i % width, i / width);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)r, (byte)g, (byte)b);
        }

        return new RgbPicture(width, height, pixels);
    }

    public static RgbPicture Grey(int size, int value) => Picture(size, size, (_, _) => (value, value, value));

    /// <summary>A pattern with structure at several scales.</summary>
    public static RgbPicture Pattern(int size) => Picture(size, size, static (x, y) => (40 + x * 7 % 150, 40 + y * 11 % 150, 40 + (x * y) % 150));

    /// <summary>Pairs whose drops are the ones given; all else is well.</summary>
    public static PictureResult[] Pairs(params double[] drops) =>
    [
        .. drops.Select(static (drop, i) => new PictureResult
        {
            Id = $"p{i}",
            Text = "a mug",
            Seed = i,
            ReferenceFault = PictureFault.None,
            CandidateFault = PictureFault.None,
            ClipImageImage = 0.99,
            ClipCosineReference = 0.7,
            ClipCosineCandidate = 0.7 - drop,
            Psnr = 35,
            Ssim = 0.98,
        }),
    ];

    public static EvaluationResult Result(PictureResult[] pairs, double margin = 0.006)
    {
        var bootstrap = new Bootstrap();
        var metrics = ResultFigures.Of(pairs, bootstrap);
        var rules = AcceptanceRules.Apply(metrics, pairs, margin);
        return new EvaluationResult
        {
            At = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
            Reference = new EvaluatedModel("demo", "aa", "fp32", null, 1),
            Candidate = new EvaluatedModel("demo-int8", "bb", "int8", "cc", 1),
            EvaluationSet = "dd",
            MetricVersions = new Dictionary<string, string> { ["ssim"] = Ssim.Version, ["psnr"] = Psnr.Version },
            Shape = new EvaluationShape(128, 128, 25, 5, "dpmpp-2m-karras", pairs.Length),
            Metrics = metrics,
            CosineDrop = ResultFigures.CosineDrop(pairs, bootstrap),
            Speed = new SpeedResult(0.3, 0.2, 1.5, 1.4, 1.6, 5, 4, 2, true),
            Margin = margin,
            Rules = rules,
            Passed = rules.All(static rule => rule.Passed),
            Pictures = pairs,
        };
    }

    /// <summary>Twenty pairs that differ by less than the margin.</summary>
    public static PictureResult[] GoodPairs() => Pairs([.. Enumerable.Range(0, 20).Select(static i => 0.0005 * (i % 3))]);
}
