using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>A skip concat whose halves have a grid each, all with one zero point.</summary>
/// <param name="Concat">The concat.</param>
/// <param name="Grids">One grid a half.</param>
/// <param name="Symmetric">The step of signed bytes for the halves after each was divided by its ratio.</param>
/// <param name="Factors">What each input channel of the weights is multiplied with: the ratio of its half.</param>
internal sealed record SplitConcat(SkipConcat Concat, IReadOnlyList<ActivationGrid> Grids, float Symmetric, float[] Factors)
{
    /// <summary>The scale of the concatenated bytes: that of the widest half.</summary>
    public float Scale => Grids.Max(g => g.Scale);

    /// <summary>Half <paramref name="half"/>'s scale over <see cref="Scale"/>, at most 1.</summary>
    public float Ratio(int half) => Grids[half].Scale / Scale;
}

/// <summary>All decisions that both forms of a quantized graph share.</summary>
internal sealed class QuantizationPlan
{
    private readonly QuantizationRecipe _recipe;
    private readonly Dictionary<string, QuantizationTarget> _targets;
    private readonly Dictionary<string, SplitConcat> _splits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float[]> _smoothing = new(StringComparer.Ordinal);

    public QuantizationPlan(GraphProto graph, QuantizationRecipe recipe)
    {
        _recipe = recipe;
        Index = new GraphIndex(graph);
        var (targets, leftOut) = QuantizationTargets.Find(graph, Index);
        var inFloat = recipe.LeftOut.ToDictionary(l => l.Node, StringComparer.Ordinal);
        Targets = [.. targets.Where(t => !inFloat.ContainsKey(t.Node))];
        LeftOut = [.. leftOut, .. targets.Where(t => inFloat.ContainsKey(t.Node)).Select(t => inFloat[t.Node])];
        _targets = Targets.ToDictionary(t => t.Output, StringComparer.Ordinal);
        Smooth();
        Split(graph);
    }

    /// <summary>The float graph.</summary>
    public GraphIndex Index { get; }

    /// <summary>What becomes int8, in the graph's order.</summary>
    public IReadOnlyList<QuantizationTarget> Targets { get; }

    /// <summary>What stays in float.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; }

    /// <summary>Inputs that stay as they are although there are factors for them.</summary>
    public List<LeftOut> Unsmoothed { get; } = [];

    /// <summary>The concats with a grid a half.</summary>
    public IReadOnlyCollection<SplitConcat> Splits => _splits.Values;

    /// <summary>The target that a node is; null for every other node.</summary>
    public QuantizationTarget? Target(NodeProto node) => node.Output.Count == 0 ? null : _targets.GetValueOrDefault(node.Output[0]);

    /// <summary>The split concat that makes a tensor; null where none does.</summary>
    public SplitConcat? SplitOf(string tensor) => _splits.GetValueOrDefault(tensor);

    /// <summary>The range of a tensor as it is quantized.</summary>
    /// <exception cref="QuantizationException">The recipe has none.</exception>
    public ActivationRange Range(string tensor) =>
        Known(_smoothing.ContainsKey(tensor) ? QuantizationRecipe.Smoothed(tensor) : tensor);

    /// <summary>What a target's weights are multiplied with, one factor an input channel; null for 1.</summary>
    public float[]? Factors(QuantizationTarget target) => target.Kind == TargetKind.Linear
        ? _smoothing.GetValueOrDefault(target.Input)
        : SplitOf(target.Input)?.Factors;

    /// <summary>The factors by which LayerNormalization scales and biases are divided, by the initializer's name.</summary>
    public IReadOnlyDictionary<string, float[]> FoldedNorms() => _smoothing
        .SelectMany(s => Index.Producer(s.Key)!.Input.Skip(1).Select(name => (name, s.Value)))
        .ToDictionary(p => p.name, p => p.Value, StringComparer.Ordinal);

    private ActivationRange Known(string name) =>
        _recipe.Ranges.TryGetValue(name, out var range) && float.IsFinite(range.Min) && float.IsFinite(range.Max) && range.Min <= range.Max
            ? range
            : throw new QuantizationException(
                $"There is no usable range for tensor '{name}'; collect the ranges again, from this model.");

    private void Smooth()
    {
        var quantized = _targets.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (input, factors) in _recipe.Smoothing)
        {
            if (!Targets.Any(t => t.Input == input))
            {
                continue;
            }

            string? reason = SmoothingFold.WhyNot(input, Index, quantized);
            if (reason is null)
            {
                _smoothing[input] = factors;
            }
            else
            {
                Unsmoothed.Add(new LeftOut(input, reason));
            }
        }
    }

    private void Split(GraphProto graph)
    {
        var channels = new ChannelCounts(Index);
        foreach (var concat in SkipConcats.Find(graph, Targets))
        {
            long?[] counts = [.. concat.Halves.Select(channels.Of)];
            if (counts.Any(c => c is null) || concat.Halves.Any(half => !_recipe.Ranges.ContainsKey(half)))
            {
                continue;
            }

            var ranges = concat.Halves.Select(Known).ToList();
            var grids = ActivationGrid.Shared(ranges);
            var split = new SplitConcat(concat, grids, 0, []);
            float symmetric = ranges.Select((r, i) => ActivationGrid.Symmetric(r) / split.Ratio(i)).Max();
            float[] factors = [.. counts.SelectMany((count, i) => Enumerable.Repeat(split.Ratio(i), (int)count!.Value))];
            _splits[concat.Output] = split with { Symmetric = symmetric, Factors = factors };
        }
    }
}
