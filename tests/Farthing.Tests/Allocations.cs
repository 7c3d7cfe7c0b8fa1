namespace Farthing.Tests;

/// <summary>Counts managed bytes that some work allocates on its thread.</summary>
internal static class Allocations
{
    /// <summary>
    /// The least of several runs: a collection that another test causes in between counts against this thread.
    /// </summary>
    public static long Least(Action work) => Enumerable.Range(0, 4).Min(_ =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
