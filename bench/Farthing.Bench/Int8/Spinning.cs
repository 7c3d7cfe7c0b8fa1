namespace Farthing.Bench.Int8;

/// <summary>
/// A session of several threads has them wait for work by spinning for a while after a run: they would take a processor from the side that
/// is measured next.
/// </summary>
internal static class Spinning
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(60);

    /// <summary>Waits until the threads of the side before rest.</summary>
    /// <param name="threads">Threads a run; one has none that spin.</param>
    public static void LetEnd(int threads)
    {
        if (threads > 1)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(Settle);
        }
    }
}
