using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Whether the product is the product.</summary>
internal static class ProductPixels
{
    /// <summary>Opaque pixels of the product that a finished picture shows in another colour.</summary>
    public static long Changed(RgbPicture finished, EvaluationProduct product)
    {
        long changed = 0;
        for (int i = 0; i < product.Opaque.Length; i++)
        {
            changed += product.Opaque[i] && !finished.Pixels.AsSpan(3 * i, 3).SequenceEqual(product.Pixels.Pixels.AsSpan(3 * i, 3)) ? 1 : 0;
        }

        return changed;
    }
}
