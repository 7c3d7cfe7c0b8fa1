namespace Farthing.Diffusion.Quantization;

/// <summary>An unsigned byte's meaning: value = scale · (byte − zero). 0 is always exact.</summary>
/// <param name="Scale">The step.</param>
/// <param name="Zero">The byte that means 0.</param>
internal readonly record struct ActivationGrid(float Scale, byte Zero)
{
    /// <summary>The narrowest width a range may have: a tensor that was always 0 has it.</summary>
    private const float LeastWidth = 1e-6f;

    /// <summary>The 256 steps over a range, which is widened to hold 0.</summary>
    public static ActivationGrid Of(ActivationRange range)
    {
        var (least, greatest) = WithZero(range);
        float scale = (greatest - least) / 255;
        return new ActivationGrid(scale, (byte)Math.Clamp(MathF.Round(-least / scale), 0, 255));
    }

    /// <summary>The step of signed bytes, −127 to 127, with 0 as zero point.</summary>
    public static float Symmetric(ActivationRange range) =>
        Math.Max(Math.Max(-range.Min, range.Max), LeastWidth) / 127;

    /// <summary>
    /// One zero point for several tensors, each with a scale of its own: the one whose worst tensor's scale is least above
    /// what that tensor would have alone. Bytes of all of them can then be concatenated.
    /// </summary>
    public static IReadOnlyList<ActivationGrid> Shared(IReadOnlyList<ActivationRange> ranges)
    {
        var wide = ranges.Select(WithZero).ToList();
        int best = 0;
        float bestLoss = float.PositiveInfinity;
        for (int zero = 0; zero <= 255; zero++)
        {
            float loss = wide.Max(r => ScaleAt(r, zero) / (r.Greatest - r.Least));
            (best, bestLoss) = loss < bestLoss ? (zero, loss) : (best, bestLoss);
        }

        return [.. wide.Select(r => new ActivationGrid(ScaleAt(r, best), (byte)best))];
    }

    private static float ScaleAt((float Least, float Greatest) range, int zero) => Math.Max(
        range.Greatest == 0 ? 0 : range.Greatest / (255 - zero),
        range.Least == 0 ? 0 : -range.Least / zero);

    private static (float Least, float Greatest) WithZero(ActivationRange range)
    {
        float least = Math.Min(range.Min, 0), greatest = Math.Max(range.Max, 0);
        return greatest - least >= LeastWidth ? (least, greatest) : (least, least + LeastWidth);
    }
}
