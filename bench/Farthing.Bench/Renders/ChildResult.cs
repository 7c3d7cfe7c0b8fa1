using System.Text.Json.Serialization;

namespace Farthing.Bench.Renders;

/// <summary>What a child process measured; times in seconds, the parts that a role does not measure are 0.</summary>
internal sealed record ChildResult
{
    /// <summary>Pictures written.</summary>
    public int Pictures { get; init; }

    /// <summary>From the first denoising start to the end of the last picture.</summary>
    public double Rendering { get; init; }

    /// <summary>Processor time of the process in that phase, of all its threads.</summary>
    public double RenderingCpu { get; init; }

    /// <summary>Time in that phase in which at least one run of ONNX Runtime was going on.</summary>
    public double OrtUnion { get; init; }

    /// <summary>From the end of the first step, when the UNet is compiled, to the end of the last picture.</summary>
    public double Stepping { get; init; }

    /// <summary>Time in that shorter phase in which at least one run was going on.</summary>
    public double OrtUnionStepping { get; init; }

    /// <summary>Sum of the runs' times in the whole phase.</summary>
    public double OrtCalls { get; init; }

    /// <summary>Processor time that the calling threads spent in those runs.</summary>
    public double OrtCallerCpu { get; init; }

    /// <summary>Threads of each run.</summary>
    public int ThreadsPerRun { get; init; }

    /// <summary>Peak resident memory of the process in bytes.</summary>
    public long PeakResident { get; init; }

    /// <summary>Most bytes that a denoising step allocated on its thread.</summary>
    public long StepBytes { get; init; }

    /// <summary>Steps that were looked at for that.</summary>
    public int Steps { get; init; }

    /// <summary>Bytes of the model's files.</summary>
    public long ModelBytes { get; init; }
}

[JsonSerializable(typeof(ChildResult))]
internal sealed partial class ChildResultJson : JsonSerializerContext;
