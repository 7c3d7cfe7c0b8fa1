namespace Farthing.Rendering.Workers;

/// <summary>How the machine's cores are shared out.</summary>
/// <param name="Lanes">Batches denoised at a time.</param>
/// <param name="ThreadsPerRun">Threads of each model call.</param>
internal readonly record struct LanePlan(int Lanes, int ThreadsPerRun)
{
    private const long LargestModelForLanes = 1L << 30;

    /// <summary>
    /// One-threaded lanes waste no time on threads waiting for each other, and give the most pictures a minute; a single
    /// batch, or a model too large for the memory of several lanes, has all cores in one.
    /// </summary>
    public static LanePlan For(int? asked, int cores, int batches, long modelBytes)
    {
        int lanes = asked ?? (modelBytes <= LargestModelForLanes ? cores : 1);
        lanes = Math.Clamp(lanes, 1, Math.Max(1, batches));
        return new LanePlan(lanes, Math.Max(1, cores / lanes));
    }
}
