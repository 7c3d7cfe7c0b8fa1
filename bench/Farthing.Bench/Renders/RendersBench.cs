namespace Farthing.Bench.Renders;

/// <summary>Runs the campaign and the plain loop in turn, each in a process of its own, and prints what they took.</summary>
internal sealed class RendersBench(RendersOptions options, TextWriter output)
{
    private readonly List<RenderPair> _pairs = [];

    public void Run()
    {
        string folder = Directory.CreateTempSubdirectory("farthing-bench-").FullName;
        try
        {
            output.WriteLine($"{options.Rows} rows of {Path.GetFileName(RendersOptions.Manifest)} at {RendersOptions.OutputSize} pixels; {Environment.ProcessorCount} cores");
            output.WriteLine("pictures a minute: whole process / from the first denoising start to the last picture");
            for (int round = 0; round <= options.Rounds; round++)
            {
                var pair = Pair(Path.Combine(folder, $"{round}"));
                bool counts = round > 0;
                if (counts)
                {
                    _pairs.Add(pair);
                }

                output.WriteLine($"  {(counts ? $"pair {round} " : "warm-up")}  campaign {pair.Ours.Whole,6:F1} / {pair.Ours.Steady,6:F1}   plain loop {pair.Plain.Whole,6:F1} / {pair.Plain.Steady,6:F1}   ratio {pair.WholeRatio:F2}× / {pair.SteadyRatio:F2}×");
            }

            var steps = Child.Start(Child.Steps, Path.Combine(folder, "steps"), options).Result;
            RendersReport.Write(_pairs, steps, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private RenderPair Pair(string folder)
    {
        string ours = Path.Combine(folder, "campaign"), plain = Path.Combine(folder, "plain");
        var first = Child.Start(Child.Campaign, ours, options);
        var second = Child.Start(Child.PlainLoop, plain, options);
        var pair = new RenderPair(
            new RenderRate(first.Result, first.Process),
            new RenderRate(second.Result, second.Process),
            PictureDifference.Of(Path.Combine(ours, "out"), Path.Combine(plain, "out")));
        Directory.Delete(folder, recursive: true);
        return pair;
    }
}
