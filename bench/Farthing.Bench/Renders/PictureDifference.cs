using Farthing.Rendering.Imaging;

namespace Farthing.Bench.Renders;

/// <summary>Whether both sides made the same pictures: without that, their speeds can't be compared.</summary>
/// <param name="Pictures">Pictures that both made.</param>
/// <param name="Missing">Pictures that only one of them made.</param>
/// <param name="Greatest">The greatest difference of a channel's value, of 255.</param>
/// <param name="Mean">The mean difference, of 255.</param>
internal sealed record PictureDifference(int Pictures, int Missing, int Greatest, double Mean)
{
    public static PictureDifference Of(string ours, string plain)
    {
        var first = Names(ours);
        var second = Names(plain);
        int pictures = 0, greatest = 0;
        long sum = 0, count = 0;
        foreach (string name in first.Intersect(second))
        {
            byte[] a = CutOutLoader.LoadFile(Path.Combine(ours, name)).Pixels.Pixels;
            byte[] b = CutOutLoader.LoadFile(Path.Combine(plain, name)).Pixels.Pixels;
            pictures++;
            for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
            {
                int difference = Math.Abs(a[i] - b[i]);
                greatest = Math.Max(greatest, difference);
                sum += difference;
            }

            // Alpha, every fourth value, is 255 in both.
            count += a.Length * 3 / 4;
        }

        return new PictureDifference(pictures, first.Count + second.Count - 2 * pictures, greatest, (double)sum / Math.Max(1, count));
    }

    private static HashSet<string> Names(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.png", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path))];
}
