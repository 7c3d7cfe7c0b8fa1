using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>Whether two pictures can be compared.</summary>
internal static class PicturePair
{
    public static void Check(RgbPicture a, RgbPicture b, bool[]? region)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Width != b.Width || a.Height != b.Height)
        {
            throw new ArgumentException($"A picture of {a.Width}×{a.Height} can't be held against one of {b.Width}×{b.Height}.", nameof(b));
        }

        if (region is not null && region.Length != a.Width * a.Height)
        {
            throw new ArgumentException($"A region of {region.Length} pixels is none of a picture of {a.Width}×{a.Height}.", nameof(region));
        }
    }
}
