using System.CommandLine;
using Farthing.Bench.Renders;

namespace Farthing.Bench.Int8;

/// <summary>What <c>int8 demo</c> measures.</summary>
/// <param name="Int8Model">The folder that `farthing quantize` made of the demo model.</param>
/// <param name="Rounds">Counted rounds, after one that is not.</param>
/// <param name="Profile">Whether to print time by operator.</param>
internal sealed record DemoOptions(string Int8Model, int Rounds, bool Profile)
{
    /// <summary>Reads the command line; null, with the reason printed, where it can't be.</summary>
    public static DemoOptions? Parse(string[] arguments)
    {
        var int8 = new Option<string>("--int8-model")
        {
            DefaultValueFactory = _ => RendersOptions.DemoModel + "-int8",
            Description = "What `farthing quantize models/demo` made.",
        };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 9, Description = "Rounds that are counted, after one that is not." };
        var profile = new Option<bool>("--profile") { Description = "Print time by operator." };
        var command = new RootCommand("The demo UNet in int8 against float32 and against ONNX Runtime's own quantizer.") { int8, rounds, profile };
        DemoOptions? options = null;
        command.SetAction(parsed =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(int8)!);
            if (!Directory.Exists(folder))
            {
                Console.Error.WriteLine($"'{folder}' is no directory. Make it with `farthing quantize`, or name another by --int8-model.");
                return;
            }

            options = new DemoOptions(folder, Math.Max(1, parsed.GetValue(rounds)), parsed.GetValue(profile));
        });
        command.Parse(arguments).Invoke();
        return options;
    }
}
