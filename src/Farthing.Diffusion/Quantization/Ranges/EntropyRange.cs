namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>
/// Finds the range whose 256 levels tell most of what the values were: least Kullback–Leibler divergence between the values,
/// saturated to the range, and what their levels say of them (Migacz 2017, "8-bit Inference with TensorRT"; there for ranges
/// about 0, here with two ends of their own).
/// </summary>
internal static class EntropyRange
{
    private const int Levels = 256;
    private const int Candidates = 96;
    private const double LeastShare = 0.05;

    /// <summary>The best range: first its upper end is chosen, then its lower one.</summary>
    /// <param name="values">The values' histogram.</param>
    /// <param name="extremes">The range that all values lie in.</param>
    public static ActivationRange Of(ValueHistogram values, ActivationRange extremes)
    {
        int first = 0, last = ValueHistogram.Bins - 1;
        while (first < last && values.Counts[first] == 0)
        {
            first++;
        }

        while (last > first && values.Counts[last] == 0)
        {
            last--;
        }

        // Fewer bins than levels: no level joins values that the histogram tells apart, so nothing is gained by cutting.
        if (last - first < Levels)
        {
            return extremes;
        }

        var counts = values.Counts;
        int zero = ValueHistogram.Bins / 2;
        int end = Best(counts, first, last, zero, fromBelow: false);
        int start = Best(counts, first, end, zero, fromBelow: true);
        float min = start == first ? extremes.Min : MathF.Max(extremes.Min, (float)values.Start(start));
        float max = end == last ? extremes.Max : MathF.Min(extremes.Max, (float)values.Start(end + 1));
        return new ActivationRange(min, max);
    }

    /// <summary>The best bin for one end, the other staying; the widest of equals. 0 stays within.</summary>
    private static int Best(ReadOnlySpan<long> counts, int first, int last, int zero, bool fromBelow)
    {
        int widest = fromBelow ? first : last;
        int narrowest = fromBelow
            ? Math.Max(first, Math.Min(zero, last - (int)((last - first) * LeastShare) - Levels))
            : Math.Min(last, Math.Max(zero, first + (int)((last - first) * LeastShare) + Levels));
        double least = double.PositiveInfinity;
        int best = widest;
        for (int i = 0; i < Candidates; i++)
        {
            int bin = widest + (int)((long)(narrowest - widest) * i / (Candidates - 1));
            double divergence = fromBelow ? Divergence(counts, bin, last) : Divergence(counts, first, bin);
            if (divergence < least)
            {
                (least, best) = (divergence, bin);
            }
        }

        return best;
    }

    /// <summary>Divergence of what 256 levels over the bins from start to end say, from the values saturated to them.</summary>
    private static double Divergence(ReadOnlySpan<long> counts, int start, int end)
    {
        var kept = counts[start..(end + 1)];
        long below = Sum(counts[..start]), above = Sum(counts[(end + 1)..]);
        double total = below + Sum(kept) + above, divergence = 0;
        for (int level = 0; level < Levels; level++)
        {
            int from = (int)((long)kept.Length * level / Levels), to = (int)((long)kept.Length * (level + 1) / Levels);
            long inside = 0, used = 0;
            for (int i = from; i < to; i++)
            {
                inside += kept[i];
                used += kept[i] > 0 ? 1 : 0;
            }

            // What is saturated belongs to the outermost bins, but no level can say so: its bins share what lies inside.
            double said = used == 0 ? 0 : (double)inside / used;
            for (int i = from; i < to; i++)
            {
                double was = kept[i] + (i == 0 ? below : 0) + (i == kept.Length - 1 ? above : 0);
                if (was > 0)
                {
                    double told = kept[i] > 0 ? said : 0.5;
                    divergence += was / total * Math.Log(was / told);
                }
            }
        }

        return divergence;
    }

    private static long Sum(ReadOnlySpan<long> counts) => System.Numerics.Tensors.TensorPrimitives.Sum(counts);
}
