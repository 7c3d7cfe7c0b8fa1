using System.Numerics.Tensors;

namespace Farthing.Gateway.Caching;

/// <summary>
/// The point that the signs of a scope's embeddings are taken from. Texts of one kind all lie on one side of the origin; seen from their middle they
/// lie apart, so that the signs of what is not near differ in more places. Any point is right: which one only decides how much a scan looks at.
/// </summary>
/// <param name="point">The point, of a norm of at most 1.</param>
internal sealed class ScopeCentre(float[] point)
{
    // Of an embedding, whose norm is 1.
    private const double Farthest = 2;

    /// <summary>The origin.</summary>
    public static ScopeCentre Origin(int dimensions) => new(new float[dimensions]);

    /// <summary>How far an embedding is from here.</summary>
    public double Distance(ReadOnlySpan<float> values) => TensorPrimitives.Distance(values, point);

    /// <summary>A distance as one of 256 kinds.</summary>
    public static byte KindOf(double distance) => (byte)Math.Min(byte.MaxValue, (int)(distance * (256 / Farthest)));

    /// <summary>The signs of an embedding seen from here, a bit each.</summary>
    public void Signs(ReadOnlySpan<float> values, Span<ulong> signs)
    {
        signs.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            signs[i >> 6] |= values[i] > point[i] ? 1UL << i : 0;
        }
    }

    /// <summary>
    /// The least cosine that two embeddings can have seen from here. By the law of cosines: where they are at the distances a and b from here and
    /// √(2 − 2c) from each other, it is (a² + b² − 2 + 2c) / 2ab.
    /// </summary>
    /// <param name="cosine">Their own least cosine, c.</param>
    /// <param name="distance">How far one is from here.</param>
    /// <param name="kind">The kind of the other's distance.</param>
    public static double LeastCosine(double cosine, double distance, int kind)
    {
        return Math.Min(At(kind), At(kind + 1));

        double At(int step)
        {
            // At no distance the angle may be any, or none.
            var (a, b) = (Math.Max(distance, 1e-6), Math.Max(step * (Farthest / 256), 1e-6));
            return ((a * a) + (b * b) - 2 + (2 * cosine)) / (2 * a * b);
        }
    }
}
