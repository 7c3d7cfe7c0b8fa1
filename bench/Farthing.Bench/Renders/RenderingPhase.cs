using System.Diagnostics;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Bench.Renders;

/// <summary>Marks the first denoising start, the first step and the end of the last picture, in wall and processor time.</summary>
internal sealed class RenderingPhase : IRenderObserver
{
    private readonly Lock _gate = new();
    private TimeSpan _cpuAtBegin;
    private TimeSpan _cpuAtEnd;

    /// <summary>Timestamp of the first denoising start.</summary>
    public long Begin { get; private set; }

    /// <summary>Timestamp of the first step's end: the UNet is compiled for the batch's shape by then.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Timestamp of the last picture's end.</summary>
    public long End { get; private set; }

    /// <summary>The process's processor time between them.</summary>
    public TimeSpan Cpu => _cpuAtEnd - _cpuAtBegin;

    /// <summary>Batches that were denoised.</summary>
    public int Batches { get; private set; }

    public void Started(string runId, int total, int alreadyDelivered)
    {
        // The phase begins later.
    }

    public void StageStarted(string batchId, Stage stage, int renders)
    {
        if (stage == Stage.Denoise)
        {
            DenoisingStarted();
        }
    }

    public void DenoisingStarted()
    {
        lock (_gate)
        {
            if (Batches++ == 0)
            {
                _cpuAtBegin = Environment.CpuUsage.TotalTime;
                Begin = Stopwatch.GetTimestamp();
            }
        }
    }

    public void StepDone(string batchId, int done, int steps)
    {
        lock (_gate)
        {
            FirstStep = FirstStep == 0 ? Stopwatch.GetTimestamp() : FirstStep;
        }
    }

    public void Delivered(string id, string path, Amount? cost) => PictureDone();

    public void PictureDone()
    {
        lock (_gate)
        {
            End = Stopwatch.GetTimestamp();
            _cpuAtEnd = Environment.CpuUsage.TotalTime;
        }
    }

    public void Failed(RowError reason) => Console.Error.WriteLine($"{reason.Id}: {reason.Message}");

    public void Warned(string id, string message)
    {
        // Warnings change no figure.
    }
}
