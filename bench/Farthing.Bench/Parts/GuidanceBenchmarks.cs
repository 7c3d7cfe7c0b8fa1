using BenchmarkDotNet.Attributes;
using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Randomness;

namespace Farthing.Bench.Parts;

/// <summary>Guidance and random numbers for four pictures of 256×256.</summary>
[Config(typeof(PartConfig))]
public class GuidanceBenchmarks
{
    internal const int Length = 4 * 4 * 32 * 32;
    private readonly float[] _halves = new float[2 * Length];
    private readonly float[] _result = new float[Length];
    private readonly TorchGenerator _generator = new(1);

    [GlobalSetup]
    public void Setup() => _generator.FillNormal(_halves);

    [Benchmark]
    public void Combine() => ClassifierFreeGuidance.Combine<float>(_halves, 5, _result);

    [Benchmark]
    public void Randn() => _generator.FillNormal(_result);
}
