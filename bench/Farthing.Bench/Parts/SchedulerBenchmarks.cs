using BenchmarkDotNet.Attributes;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Randomness;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Bench.Parts;

/// <summary>A scheduler's step for four pictures of 256×256.</summary>
[Config(typeof(PartConfig))]
public class SchedulerBenchmarks
{
    private const int Steps = 25;
    private readonly float[] _latents = new float[GuidanceBenchmarks.Length];
    private readonly float[] _noise = new float[GuidanceBenchmarks.Length];
    private readonly float[] _prediction = new float[GuidanceBenchmarks.Length];
    private Sampler _sampler = null!;

    [Params(SchedulerKind.DpmPlusPlus2MKarras, SchedulerKind.Euler, SchedulerKind.UniPc)]
    public SchedulerKind Scheduler { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string file = Path.Combine(RendersOptions.DemoModel, "scheduler", "scheduler_config.json");
        _sampler = SchedulerFactory.Create(Scheduler, SchedulerConfig.Load(file)).Plan(Steps).CreateSampler(_latents.Length);
        var generator = new TorchGenerator(1);
        generator.FillNormal(_prediction);
        generator.FillNormal(_noise);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Step()
    {
        _sampler.Reset();
        _noise.CopyTo(_latents, 0);
        for (int i = 0; i < Steps; i++)
        {
            _sampler.Step(i, _prediction, _latents, _noise);
        }
    }
}
