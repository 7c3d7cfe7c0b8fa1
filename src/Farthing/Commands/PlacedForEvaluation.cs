using System.Security.Cryptography;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>Places a product as a campaign does, for the evaluator, which knows nothing of cut-outs.</summary>
internal static class PlacedForEvaluation
{
    /// <summary>Loads and places a product. It is set into the scene without shadow, sharpening or enlargement: those come after.</summary>
    /// <exception cref="ManifestException">It is no picture that can be placed.</exception>
    public static EvaluationProduct Load(string id, string path, int width, int height)
    {
        try
        {
            var plan = new PlacementPlan(CutOutLoader.LoadFile(path), Placement.Default, width, height);
            var placed = plan.Render(width, height);
            float[] mask = new float[width / LatentMask.Cell * (height / LatentMask.Cell)];
            LatentMask.Fill(placed.Canvas, mask);
            byte[] rgba = placed.Canvas.Pixels;
            return new EvaluationProduct
            {
                Hash = Convert.ToHexStringLower(SHA256.HashData(rgba)),
                Canvas = new RgbPicture(width, height, InpaintCanvas.Fill(placed.Canvas).Pixels),
                Mask = mask,
                Pixels = new RgbPicture(width, height, [.. rgba.Where(static (_, i) => i % 4 != 3)]),
                Opaque = [.. Alpha(rgba).Select(static alpha => alpha == byte.MaxValue)],
                Background = [.. Alpha(rgba).Select(static alpha => alpha == 0)],
                Compose = drawn => Compose(drawn, placed),
            };
        }
        catch (ImagingException e)
        {
            throw new ManifestException($"{id}: {e.Message}", e);
        }
    }

    private static IEnumerable<byte> Alpha(byte[] rgba) => rgba.Where(static (_, i) => i % 4 == 3);

    private static RgbPicture Compose(RgbPicture drawn, PlacedProduct placed)
    {
        var scene = new Raster(drawn.Width, drawn.Height, 3, drawn.Pixels);
        return new RgbPicture(drawn.Width, drawn.Height, Compositor.Composite(scene, placed, shadow: null).Pixels);
    }
}
