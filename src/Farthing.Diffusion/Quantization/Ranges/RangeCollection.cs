using Farthing.Diffusion.Quantization.Calibration;

namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>What was collected so far: the statistics of every observed tensor, and how often each noise level was seen.</summary>
internal sealed class RangeCollection
{
    private readonly Dictionary<string, TensorStatistics> _tensors;
    private readonly int[] _seen;

    /// <summary>Nothing yet.</summary>
    /// <param name="observed">The tensors.</param>
    /// <param name="timesteps">The timestep of each step.</param>
    /// <param name="histograms">Whether samples are counted.</param>
    public RangeCollection(ObservedTensors observed, IReadOnlyList<float> timesteps, bool histograms)
        : this(
            observed.Names.ToDictionary(name => name, _ => new TensorStatistics { Histogram = histograms ? new ValueHistogram() : null }, StringComparer.Ordinal),
            timesteps,
            new int[timesteps.Count],
            0)
    {
    }

    internal RangeCollection(Dictionary<string, TensorStatistics> tensors, IReadOnlyList<float> timesteps, int[] seen, int samples)
    {
        (_tensors, Timesteps, _seen, Samples) = (tensors, timesteps, seen, samples);
    }

    /// <summary>Prompts whose whole trajectory was observed.</summary>
    public int Samples { get; private set; }

    /// <summary>The timestep of each step.</summary>
    public IReadOnlyList<float> Timesteps { get; }

    /// <summary>Prompts that were observed at each step.</summary>
    public IReadOnlyList<int> Seen => _seen;

    /// <summary>The tensors in the graph's order.</summary>
    public IReadOnlyDictionary<string, TensorStatistics> Tensors => _tensors;

    /// <summary>One tensor.</summary>
    public TensorStatistics this[string tensor] => _tensors[tensor];

    /// <summary>Notes that prompts were observed at a step.</summary>
    public void NoteStep(int step, int prompts) => _seen[step] += prompts;

    /// <summary>Notes that prompts are done.</summary>
    public void NoteSamples(int prompts) => Samples += prompts;

    /// <summary>Adds what was collected elsewhere on the same tensors and steps.</summary>
    public void Merge(RangeCollection other)
    {
        foreach (var (name, statistics) in other._tensors)
        {
            _tensors[name].Merge(statistics);
        }

        for (int i = 0; i < _seen.Length; i++)
        {
            _seen[i] += other._seen[i];
        }

        Samples += other.Samples;
    }
}
