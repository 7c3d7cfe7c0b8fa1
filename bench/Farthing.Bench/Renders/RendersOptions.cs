using System.CommandLine;

namespace Farthing.Bench.Renders;

/// <summary>What <c>renders</c> measures.</summary>
internal sealed record RendersOptions(int Rows, int Rounds, string Model)
{
    /// <summary>The int8 model's folder, for what compares precisions.</summary>
    public string? Int8Model { get; init; }

    /// <summary>The demo campaign.</summary>
    public static string Manifest => Path.Combine(Root, "samples", "campaign.csv");

    /// <summary>The demo model's folder.</summary>
    public static string DemoModel => Path.Combine(Root, "models", "demo");

    /// <summary>The folder of the samples' product cut-outs.</summary>
    public static string SampleProducts => Path.Combine(Root, "samples", "products");

    /// <summary>Longer side of the finished pictures in pixels.</summary>
    public static int OutputSize => 512;

    /// <summary>Reads the command line; null, with the reason printed, where it can't be.</summary>
    public static RendersOptions? Parse(string[] arguments)
    {
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 24, Description = "Rows of the demo campaign, from the first." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "Pairs that are counted, after one that is not." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => DemoModel, Description = "The model's folder." };
        var int8 = new Option<string?>("--int8-model") { Hidden = true };
        var command = new RootCommand("Whole renders against a plain loop.") { rows, rounds, model, int8 };
        RendersOptions? options = null;
        command.SetAction(parsed => options = new RendersOptions(
            Math.Max(1, parsed.GetValue(rows)), Math.Max(1, parsed.GetValue(rounds)), Path.GetFullPath(parsed.GetValue(model)!))
        {
            Int8Model = parsed.GetValue(int8),
        });
        command.Parse(arguments).Invoke();
        return options;
    }

    /// <summary>The options as a child process takes them.</summary>
    public IEnumerable<string> ToArguments() =>
    [
        "--rows", $"{Rows}", "--rounds", $"{Rounds}", "--model", Model, .. Int8Model is null ? (string[])[] : ["--int8-model", Int8Model],
    ];

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Farthing.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The benchmarks need the repository around them: Farthing.slnx was not found.");
    }
}
