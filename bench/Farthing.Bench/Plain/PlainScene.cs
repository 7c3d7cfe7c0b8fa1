using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Randomness;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;

namespace Farthing.Bench.Plain;

/// <summary>A job's product on its canvas, and the finished picture with it.</summary>
internal sealed class PlainScene
{
    private readonly RenderJob _job;
    private readonly RenderSettings _settings;
    private readonly CutOut? _cutOut;
    private readonly PlacementPlan? _placement;

    public PlainScene(RenderJob job, RenderSettings settings)
    {
        (_job, _settings) = (job, settings);
        if (job.ProductPath is { } path)
        {
            _cutOut = CutOutLoader.LoadFile(path);
            _placement = new PlacementPlan(_cutOut, settings.Placement, job.Shape.Width, job.Shape.Height);
        }
    }

    /// <summary>The canvas's latents and its mask; null without a product.</summary>
    public (float[] Clean, float[] Mask)? Encode(PlainSession encoder, TorchGenerator generator, float scalingFactor)
    {
        if (_placement is null)
        {
            return null;
        }

        int width = _job.Shape.Width, height = _job.Shape.Height;
        var placed = _placement.Render(width, height);
        byte[] pixels = InpaintCanvas.Fill(placed.Canvas).Pixels;
        float[] mask = new float[width / LatentMask.Cell * (height / LatentMask.Cell)];
        LatentMask.Fill(placed.Canvas, mask);
        float[] planes = new float[pixels.Length];
        PixelNormalization.ToPlanes(pixels, width * height, planes);
        float[] parameters = encoder.Run(("sample", planes, [1, 3, height, width]))["latent_parameters"];
        float[] noise = new float[parameters.Length / 2], clean = new float[noise.Length];
        generator.FillNormal(noise);
        VaeLatents.SamplePosterior(parameters, batch: 1, noise, clean);
        VaeLatents.ScaleFromEncoder(clean, scalingFactor);
        return (clean, mask);
    }

    /// <summary>Enlarges, sharpens and composites what was decoded, and writes it.</summary>
    public void Finish(float[] planes, string path)
    {
        int width = _job.Shape.Width, height = _job.Shape.Height;
        byte[] pixels = new byte[planes.Length];
        PixelNormalization.ToPixels(planes, width * height, pixels);
        int longer = _settings.OutputSize ?? Math.Max(width, height);
        int toWidth = longer * width / Math.Max(width, height), toHeight = longer * height / Math.Max(width, height);
        var picture = PictureEdits.Resize(new Raster(width, height, 3, pixels), toWidth, toHeight);
        picture = PictureEdits.Sharpen(picture, _settings.Sharpen ?? 0);
        if (_placement is not null)
        {
            picture = Compositor.Composite(picture, _placement.Render(toWidth, toHeight), _settings.Shadow);
        }

        File.WriteAllBytes(path, PictureEncoder.Encode(picture, new EncodeOptions { IccProfile = _cutOut?.IccProfile }));
    }
}
