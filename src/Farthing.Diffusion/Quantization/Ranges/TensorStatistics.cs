namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>What is known of the values that a tensor took.</summary>
internal sealed class TensorStatistics
{
    /// <summary>Least value; +∞ before the first.</summary>
    public float Min { get; private set; } = float.PositiveInfinity;

    /// <summary>Greatest value; −∞ before the first.</summary>
    public float Max { get; private set; } = float.NegativeInfinity;

    /// <summary>Sum of the values' squares.</summary>
    public double Squares { get; private set; }

    /// <summary>Number of values.</summary>
    public long Values { get; private set; }

    /// <summary>Number of values that one row of one UNet call has.</summary>
    public long RowElements { get; private set; }

    /// <summary>A sample of the values; null where none is kept.</summary>
    public ValueHistogram? Histogram { get; init; }

    /// <summary>Least value of each channel; empty where channels are not observed.</summary>
    public float[] ChannelMin { get; private set; } = [];

    /// <summary>Greatest value of each channel.</summary>
    public float[] ChannelMax { get; private set; } = [];

    /// <summary>Mean of the values' squares.</summary>
    public double MeanSquare => Values == 0 ? 0 : Squares / Values;

    /// <summary>The range that all values lie in.</summary>
    public ActivationRange Extremes => new(Min, Max);

    /// <summary>Notes one call's values.</summary>
    public void Note(float min, float max, double squares, long values, int rows)
    {
        (Min, Max) = (MathF.Min(Min, min), MathF.Max(Max, max));
        Squares += squares;
        Values += values;
        RowElements = values / rows;
    }

    /// <summary>Notes one call's channels.</summary>
    public void NoteChannels(ReadOnlySpan<float> min, ReadOnlySpan<float> max)
    {
        if (ChannelMin.Length == 0)
        {
            (ChannelMin, ChannelMax) = (min.ToArray(), max.ToArray());
            return;
        }

        System.Numerics.Tensors.TensorPrimitives.Min(ChannelMin, min, ChannelMin);
        System.Numerics.Tensors.TensorPrimitives.Max(ChannelMax, max, ChannelMax);
    }

    /// <summary>Adds what another saw.</summary>
    public void Merge(TensorStatistics other)
    {
        (Min, Max) = (MathF.Min(Min, other.Min), MathF.Max(Max, other.Max));
        Squares += other.Squares;
        Values += other.Values;
        RowElements = Math.Max(RowElements, other.RowElements);
        if (other.Histogram is { } histogram)
        {
            Histogram!.Merge(histogram);
        }

        if (other.ChannelMin.Length > 0)
        {
            NoteChannels(other.ChannelMin, other.ChannelMax);
        }
    }

    /// <summary>Rebuilds what a ranges file has.</summary>
    public static TensorStatistics Restore(TensorRecord record) => new()
    {
        Min = record.Min,
        Max = record.Max,
        Squares = record.Squares,
        Values = record.Values,
        RowElements = record.RowElements,
        Histogram = record.Histogram is { } h ? ValueHistogram.Restore(h.Exponent, h.First, h.Counts) : null,
        ChannelMin = record.ChannelMin ?? [],
        ChannelMax = record.ChannelMax ?? [],
    };
}
