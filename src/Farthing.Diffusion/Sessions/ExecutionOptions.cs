using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Sessions;

/// <summary>How ONNX Runtime runs a pipeline's models.</summary>
public sealed record ExecutionOptions
{
    /// <summary>
    /// Threads inside one run of a model, 1 to 256. Default: the number of cores, which gives one picture soonest.
    /// A campaign has more pictures a minute with 1 thread a run and as many lanes as cores.
    /// </summary>
    public int ThreadsPerRun { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// A UNet whose files are no larger than this, in bytes, is compiled apart for each shape (batch, height, width)
    /// that is asked for, so that its shape arithmetic is folded away; a larger one is loaded once for all shapes.
    /// Default 1 GiB; 0 turns it off.
    /// </summary>
    public long SpecialiseUpTo { get; init; } = 1L << 30;

    /// <summary>
    /// Called for the options of every session before it is made; the place to append an execution provider.
    /// </summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>
    /// Whether the UNet's norms run in Farthing's own operators, which are exact to rounding and run on the processor. Null, the
    /// default: where <see cref="ConfigureSession"/> is not set, so that a graph on another device never comes back for them.
    /// </summary>
    public bool? OwnOperators { get; init; }

    internal bool RunsOwnOperators => OwnOperators ?? ConfigureSession is null;

    internal SessionOptions NewSessionOptions()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ThreadsPerRun, 1, nameof(ThreadsPerRun));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ThreadsPerRun, 256, nameof(ThreadsPerRun));
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = ThreadsPerRun,
            InterOpNumThreads = 1,

            // An arena keeps the most that each session ever needed, rounded up to a power of two; malloc hands the same
            // memory from one model to the next, and was as fast. A planned block would be faulted in anew at every run.
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        ConfigureSession?.Invoke(options);
        return options;
    }
}
