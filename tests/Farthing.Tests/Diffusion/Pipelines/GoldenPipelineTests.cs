using System.Text.Json;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Tests.Goldens;
using NetVips;

namespace Farthing.Tests.Diffusion.Pipelines;

/// <summary>Whole pictures against diffusers', from the same weights, prompts and seeds.</summary>
[Collection(nameof(DemoPipelines))]
public sealed class GoldenPipelineTests(DemoPipelines pipelines)
{
    private const double LatentTolerance = 2e-3;
    private const int LargestDifference = 3;
    private const double MeanDifference = 0.2;

    public static TheoryData<string> Cases()
    {
        using var index = Golden.Json("pipeline", "index.json");
        return [.. index.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_picture_is_diffusers_picture(string name)
    {
        using var index = Golden.Json("pipeline", "index.json");
        var row = index.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var tensors = Golden.Tensors("pipeline", $"{name}.safetensors");
        var pipeline = row.TryGetProperty("t5", out var t5) && t5.GetBoolean() ? pipelines.Whole : pipelines.ClipOnly;
        var steps = new List<float[]>();
        var request = Request(pipeline, row, tensors) with { OnStep = progress => steps.Add(progress.Latents.ToArray()) };
        using var denoiser = pipeline.CreateDenoiser();

        float[] latents = denoiser.Denoise(request, TestContext.Current.CancellationToken);

        foreach (string step in tensors.Names.Where(n => n.StartsWith("latents.step", StringComparison.Ordinal)))
        {
            AssertClose(tensors.Values<float>(step), steps[int.Parse(step[12..], System.Globalization.CultureInfo.InvariantCulture)], step);
        }

        AssertPixels(pipeline, request, latents, tensors.Values<byte>("pixels"));
    }

    private static DenoiseRequest Request(DiffusionPipeline pipeline, JsonElement row, SafetensorsFile tensors)
    {
        string[] prompts = Texts(row, "prompt");
        string[] negatives = Texts(row, "negative_prompt");
        var encoded = pipeline.Encode(prompts);
        var negative = negatives.Length > 0 ? pipeline.Encode(negatives) : null;
        int width = Whole(row, "width", 128), height = Whole(row, "height", 128);
        bool fromPicture = !row.GetProperty("name").GetString()!.StartsWith("t2i", StringComparison.Ordinal);
        var source = fromPicture ? pipeline.Encode(Picture("init.png")) : null;
        float[]? mask = row.GetProperty("name").GetString()!.StartsWith("inpaint", StringComparison.Ordinal) ? Mask() : null;
        float[]? initial = tensors.Contains("initial_latents") ? tensors.Values<float>("initial_latents") : null;
        int length = 4 * (width / 8) * (height / 8);
        return new DenoiseRequest
        {
            Width = width,
            Height = height,
            Steps = Whole(row, "num_inference_steps", 25),
            GuidanceScale = row.GetProperty("guidance_scale").GetSingle(),
            GuidanceRescale = row.TryGetProperty("guidance_rescale", out var rescale) ? rescale.GetSingle() : 0,
            Strength = row.TryGetProperty("strength", out var strength) ? strength.GetSingle() : 1,
            Scheduler = !row.TryGetProperty("scheduler", out var scheduler) ? null : scheduler.GetString() switch
            {
                "EulerDiscreteScheduler" => SchedulerKind.Euler,
                "DDIMScheduler" => SchedulerKind.Ddim,
                _ => null,
            },
            Items = [.. prompts.Select((_, i) => new DenoiseItem
            {
                Prompt = encoded[i],
                Negative = negative?[i],
                Seed = Whole(row, "seed", 0),
                InitialLatents = initial?.AsSpan(i * length, length).ToArray(),
                Source = source,
                Mask = mask,
            })],
        };
    }

    private static void AssertClose(float[] expected, float[] actual, string step)
    {
        double difference = Math.Sqrt(expected.Zip(actual).Sum(p => Math.Pow(p.First - p.Second, 2)));
        double norm = Math.Sqrt(expected.Sum(v => (double)v * v));
        Assert.True(difference <= LatentTolerance * norm, $"{step}: {difference / norm:G3} of the norm away");
    }

    private static void AssertPixels(DiffusionPipeline pipeline, DenoiseRequest request, float[] latents, byte[] expected)
    {
        int length = latents.Length / request.Items.Count;
        var actual = request.Items.SelectMany((_, i) =>
            pipeline.Decode(latents.AsSpan(i * length, length), request.Width, request.Height).Pixels).ToArray();
        var differences = expected.Zip(actual, (e, a) => Math.Abs(e - a)).ToList();
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(differences.Max(), 0, LargestDifference);
        Assert.InRange(differences.Average(), 0, MeanDifference);
    }

    private static string[] Texts(JsonElement row, string name) => !row.TryGetProperty(name, out var value)
        ? []
        : [.. value.EnumerateArray().Select(v => v.GetString()!)];

    private static int Whole(JsonElement row, string name, int byDefault) =>
        row.TryGetProperty(name, out var value) ? value.GetInt32() : byDefault;

    private static RgbPicture Picture(string file)
    {
        using var image = Image.NewFromFile(Golden.PathOf("pipeline", file));
        using var rgb = image.Bands == 3 ? image.Copy() : image.Colourspace(Enums.Interpretation.Srgb).ExtractBand(0, 3);
        return new RgbPicture(rgb.Width, rgb.Height, rgb.WriteToMemory<byte>());
    }

    private static float[] Mask()
    {
        var picture = Picture("mask.png");
        byte[] grey = new byte[picture.Width * picture.Height];
        float[] mask = new float[grey.Length];
        MaskImage.ToGrey(picture.Pixels, grey);
        MaskImage.Binarize(grey, mask);
        float[] cells = new float[16 * 16];
        MaskImage.ToLatents(mask, picture.Height, picture.Width, 16, 16, cells);
        return cells;
    }
}
