using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>How work is spread over the cores.</summary>
/// <param name="Count">Batches at a time.</param>
/// <param name="Batch">Prompts of a batch.</param>
/// <param name="Execution">Threads of one run.</param>
internal sealed record LanePlan(int Count, int Batch, ExecutionOptions Execution)
{
    private const int SmallBatch = 4;

    /// <summary>
    /// A small model has a lane a core, each with one thread: they never wait for each other. A large one runs one picture at
    /// a time on all cores, for its memory.
    /// </summary>
    public static LanePlan For(ModelDirectory model, ExecutionOptions execution)
    {
        bool small = model.ModelBytes("unet") <= execution.SpecialiseUpTo;
        return small
            ? new LanePlan(execution.ThreadsPerRun, SmallBatch, execution with { ThreadsPerRun = 1 })
            : new LanePlan(1, 1, execution);
    }

    /// <summary>Does something for each index, as many at a time as there are lanes; the first error is thrown as it is.</summary>
    public void ForEach(int count, Action<int> work)
    {
        if (Count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                work(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Count }, work);
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
