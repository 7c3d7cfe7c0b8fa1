using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Pipelines;

/// <summary>The demo model loaded with and without its third encoder, once for all tests that share it.</summary>
public sealed class DemoPipelines : IDisposable
{
    private readonly Lazy<DiffusionPipeline> _whole = new(() => Load(true));
    private readonly Lazy<DiffusionPipeline> _clipOnly = new(() => Load(false));

    public DiffusionPipeline Whole => _whole.Value;

    public DiffusionPipeline ClipOnly => _clipOnly.Value;

    public void Dispose()
    {
        foreach (var pipeline in new[] { _whole, _clipOnly }.Where(p => p.IsValueCreated))
        {
            pipeline.Value.Dispose();
        }
    }

    private static DiffusionPipeline Load(bool third) => DiffusionPipeline.Load(Golden.DemoModel, new PipelineOptions
    {
        UseThirdEncoder = third,
        Execution = new ExecutionOptions { ThreadsPerRun = 2 },
    });
}

[CollectionDefinition(nameof(DemoPipelines))]
public sealed class DemoPipelinesShared : ICollectionFixture<DemoPipelines>;
