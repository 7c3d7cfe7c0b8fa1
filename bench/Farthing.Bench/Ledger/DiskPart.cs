using System.Diagnostics;

namespace Farthing.Bench.Ledger;

/// <summary>What the disk alone takes to keep one page: no event is faster than it.</summary>
internal static class DiskPart
{
    public static void Run(string folder, int times, Figures figures)
    {
        var path = Path.Combine(folder, "disk");
        var page = new byte[4096];
        var took = new double[times];
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.SetLength(4096L * times);
            file.Write(new byte[4096 * times]);
            file.Flush(flushToDisk: true);
            file.Position = 0;
            for (var i = 0; i < times; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                file.Write(page);
                file.Flush(flushToDisk: true);
                took[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            }
        }

        File.Delete(path);
        Array.Sort(took);
        figures.Add("the disk alone: one page written in place and flushed", "", $"p50 {took[times / 2]:F1} ms, p99 {took[(int)(times * 0.99)]:F1} ms");
    }
}
