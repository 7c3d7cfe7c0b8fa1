using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>What rounding states to 16 bits does to pictures, and whether a text's states depend on what it is encoded with.</summary>
internal static class PicturePart
{
    public static void Run(DiffusionPipeline pipeline, IReadOnlyList<string> texts, ITextEncoders encoders, TextWriter output)
    {
        using var cache = new EmbeddingCache(new EmbeddingOptions(), null, TimeProvider.System);
        var rounded = new ModelEmbeddings(cache, encoders).Find(texts, 1).Select(f => f.Prompt).ToList();
        var exact = pipeline.Encode(texts);
        double least = double.MaxValue, error = 0;
        int greatest = 0, changed = 0, values = 0;
        using var denoiser = pipeline.CreateDenoiser();
        for (int i = 0; i < texts.Count; i++)
        {
            byte[] a = Draw(pipeline, denoiser, exact[i], i), b = Draw(pipeline, denoiser, rounded[i], i);
            double squares = a.Zip(b).Sum(p => (double)(p.First - p.Second) * (p.First - p.Second));
            least = Math.Min(least, Psnr(squares / a.Length));
            error += squares;
            values += a.Length;
            greatest = Math.Max(greatest, a.Zip(b).Max(p => Math.Abs(p.First - p.Second)));
            changed += a.Zip(b).Count(p => p.First != p.Second);
        }

        output.WriteLine();
        output.WriteLine($"pictures from states in fp16 against exact ones, {texts.Count} texts, 25 steps, guidance 5: PSNR {Psnr(error / values):F1} dB, least {least:F1} dB; {(double)changed / values:P2} of values differ, by {greatest} of 255 at most");
        foreach (int together in new[] { 1, 2, 3, 4, 8 })
        {
            var alone = pipeline.Encode([.. texts.Take(together)]);
            int differing = alone.Zip(exact).Sum(p => p.First.States.Zip(p.Second.States).Count(v => v.First != v.Second) + p.First.Pooled.Zip(p.Second.Pooled).Count(v => v.First != v.Second));
            output.WriteLine($"  values that differ between encoding {together} texts together and {texts.Count}: {differing} of {alone.Sum(p => p.States.Length + p.Pooled.Length)}");
        }
    }

    private static byte[] Draw(DiffusionPipeline pipeline, Denoiser denoiser, EncodedPrompt prompt, int seed)
    {
        int side = pipeline.Directory.NativeSize;
        float[] latents = denoiser.Denoise(
            new DenoiseRequest
            {
                Items = [new DenoiseItem { Prompt = prompt, Seed = seed }],
                Width = side,
                Height = side,
                Scheduler = SchedulerKind.DpmPlusPlus2MKarras,
                Steps = 25,
                GuidanceScale = 5,
            },
            CancellationToken.None);
        return pipeline.Decode(latents, side, side).Pixels;
    }

    private static double Psnr(double meanSquare) => meanSquare == 0 ? 99.9 : 10 * Math.Log10(255 * 255 / meanSquare);
}
