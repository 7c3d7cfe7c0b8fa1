using Farthing.Bench.Guard;
using Farthing.Bench.Parts;
using Farthing.Bench.Renders;

// Benchmarks are no tests: whatever they find, the exit code is 0.
switch (args)
{
    case ["renders", .. var rest]:
        if (RendersOptions.Parse(rest) is { } options)
        {
            new RendersBench(options, Console.Out).Run();
        }

        break;
    case ["child", var role, var folder, .. var rest]:
        await Child.RunAsync(role, folder, RendersOptions.Parse(rest)!);
        break;
    case ["guard", .. var rest]:
        GuardBench.Run(rest);
        break;
    case ["parts", .. var rest]:
        PartsBench.Run(rest);
        break;
    default:
        Console.WriteLine(
            """
            renders [--rows N] [--rounds N] [--model DIR]   whole renders against a plain loop, and what they use
            guard [--pairs FILE] [--show N] [--kind KIND] [--lists bare|half|other|FILE] [--seed N]
                                                            the semantic cache's guard over labelled pairs: what it serves, its time
            guard --make FILE                               writes the pairs of a second shop (samples/caption-pairs/second.jsonl)
            parts [BenchmarkDotNet's options]               single parts; '--filter *Text*' takes some of them
            """);
        break;
}
