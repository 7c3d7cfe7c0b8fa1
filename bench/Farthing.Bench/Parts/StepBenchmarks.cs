using BenchmarkDotNet.Attributes;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Randomness;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Bench.Parts;

/// <summary>What a denoising step does beside the model, for four pictures of 256×256.</summary>
[Config(typeof(PartConfig))]
public class StepBenchmarks
{
    private const int Length = 4 * 4 * 32 * 32;
    private const int Steps = 25;
    private readonly float[] _latents = new float[Length];
    private readonly float[] _noise = new float[Length];
    private readonly float[] _prediction = new float[Length];
    private readonly float[] _halves = new float[2 * Length];
    private readonly TorchGenerator _generator = new(1);
    private Sampler _sampler = null!;

    [Params(SchedulerKind.DpmPlusPlus2MKarras, SchedulerKind.Euler, SchedulerKind.UniPc)]
    public SchedulerKind Scheduler { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string file = Path.Combine(RendersOptions.DemoModel, "scheduler", "scheduler_config.json");
        _sampler = SchedulerFactory.Create(Scheduler, SchedulerConfig.Load(file)).Plan(Steps).CreateSampler(Length);
        _generator.FillNormal(_prediction);
        _generator.FillNormal(_noise);
        _generator.FillNormal(_halves);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void SchedulerStep()
    {
        _sampler.Reset();
        _noise.CopyTo(_latents, 0);
        for (int i = 0; i < Steps; i++)
        {
            _sampler.Step(i, _prediction, _latents, _noise);
        }
    }

    [Benchmark]
    public void Guidance() => ClassifierFreeGuidance.Combine<float>(_halves, 5, _prediction);

    [Benchmark]
    public void Randn() => _generator.FillNormal(_noise);
}
