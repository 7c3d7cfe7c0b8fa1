using System.CommandLine;

namespace Farthing.Bench.Int8;

/// <summary>What <c>int8</c> measures.</summary>
/// <param name="Folder">Where the filled SDXL graph and its int8 form are kept.</param>
/// <param name="Latents">Sides of the latents.</param>
/// <param name="Rounds">Counted rounds, after one that is not.</param>
/// <param name="Profile">Whether to print time by operator.</param>
/// <param name="Keep">Whether the folder stays.</param>
/// <param name="Whole">Whether the whole int8 graph is run too.</param>
internal sealed record Int8Options(string Folder, IReadOnlyList<int> Latents, int Rounds, bool Profile, bool Keep, bool Whole)
{
    /// <summary>Reads the command line; null, with the reason printed, where it can't be.</summary>
    public static Int8Options? Parse(string[] arguments)
    {
        var folder = new Option<string>("--folder")
        {
            DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "farthing-sdxl"),
            Description = "Where the filled graph (10.3 GB) and its int8 form (2.6 GB) go.",
        };
        var latents = new Option<string>("--latents") { DefaultValueFactory = _ => "64,128", Description = "Sides of the latents: multiples of 4." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "Rounds that are counted, after one that is not." };
        var profile = new Option<bool>("--profile") { Description = "Print time by operator, before and after." };
        var keep = new Option<bool>("--keep") { Description = "Keep the folder for another run." };
        var whole = new Option<bool>("--whole") { Description = "Run the whole int8 graph too." };
        var command = new RootCommand("SDXL's UNet in int8 against float32.") { folder, latents, rounds, profile, keep, whole };
        Int8Options? options = null;
        command.SetAction(parsed => options = new Int8Options(
            Path.GetFullPath(parsed.GetValue(folder)!),
            [.. parsed.GetValue(latents)!.Split(',').Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))],
            Math.Max(1, parsed.GetValue(rounds)),
            parsed.GetValue(profile),
            parsed.GetValue(keep),
            parsed.GetValue(whole)));
        command.Parse(arguments).Invoke();
        return options;
    }
}
