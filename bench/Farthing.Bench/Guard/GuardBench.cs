using System.Diagnostics;
using System.Globalization;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Tuning;

namespace Farthing.Bench.Guard;

/// <summary>The guard alone over labelled pairs: what it serves by kind, and what it takes.</summary>
internal static class GuardBench
{
    public static void Run(string[] arguments)
    {
        string file = Option(arguments, "--pairs") ?? "samples/caption-pairs/dev.jsonl";
        int show = int.Parse(Option(arguments, "--show") ?? "0", CultureInfo.InvariantCulture);
        string? only = Option(arguments, "--kind");
        if (Option(arguments, "--make") is { } made)
        {
            using var output = new StreamWriter(made);
            new OtherPairs(seed: 20261125).Write(output, perKind: 100);
            return;
        }

        GuardLists lists = Option(arguments, "--lists") switch
        {
            null => GuardLists.Default,
            "bare" => HeldOut.Bare(),
            "other" => HeldOut.Without(OtherWords.All),
            "half" => HeldOut.Dropped(0.5, int.Parse(Option(arguments, "--seed") ?? "1", CultureInfo.InvariantCulture)),
            var added => GuardLists.WithAdditions(File.ReadAllText(added), added),
        };
        var problems = new List<string>();
        List<CaptionPair> pairs = CaptionPairs.Read(File.ReadLines(file), problems);
        problems.ForEach(Console.WriteLine);
        var guard = new CaptionGuard(lists);
        var verdicts = pairs.ConvertAll(pair => guard.Compare(pair.A, pair.B));
        foreach (bool same in (bool[])[true, false])
        {
            Console.WriteLine(same ? "\nsame: served" : "\ndifferent: served");
            var of = pairs.Zip(verdicts).Where(pair => pair.First.Same == same).ToList();
            Print("all", of);
            foreach (var kind in of.GroupBy(static pair => pair.First.Kind).OrderBy(static kind => kind.Key, StringComparer.Ordinal))
            {
                Print(kind.Key, [.. kind]);
                foreach (var (pair, verdict) in kind.Where(pair => pair.Second.IsSame != same && (only is null || only == kind.Key)).Take(show))
                {
                    Console.WriteLine($"    {pair.Id} {verdict}\n      {pair.A}\n      {pair.B}");
                }
            }
        }

        Time(guard, pairs);
    }

    private static void Print(string kind, List<(CaptionPair, GuardVerdict)> pairs)
    {
        int served = pairs.Count(static pair => pair.Item2.IsSame);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-14} {served,6} of {pairs.Count,6}  {100.0 * served / Math.Max(1, pairs.Count),6:0.00}%"));
    }

    private static void Time(CaptionGuard guard, List<CaptionPair> pairs)
    {
        List<(GuardText, GuardText)> read = [];
        var reading = Stopwatch.StartNew();
        foreach (CaptionPair pair in pairs)
        {
            read.Add((guard.Read(pair.A), guard.Read(pair.B)));
        }

        reading.Stop();
        long before = GC.GetAllocatedBytesForCurrentThread();
        var comparing = Stopwatch.StartNew();
        foreach (var (one, other) in read)
        {
            guard.Compare(one, other);
        }

        comparing.Stop();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nreading a text {reading.Elapsed.TotalMicroseconds / (2 * pairs.Count):0.0} us, comparing a candidate {comparing.Elapsed.TotalMicroseconds / pairs.Count:0.0} us, {bytes / pairs.Count} bytes"));
    }

    private static string? Option(string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
