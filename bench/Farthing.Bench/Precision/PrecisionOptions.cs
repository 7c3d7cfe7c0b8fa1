using System.CommandLine;
using Farthing.Bench.Renders;

namespace Farthing.Bench.Precision;

/// <summary>What <c>precision</c> measures.</summary>
internal static class PrecisionOptions
{
    /// <summary>Reads the command line; null, with the reason printed, where it can't be.</summary>
    public static RendersOptions? Parse(string[] arguments)
    {
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 24, Description = "Rows of the demo campaign, from the first." };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "Pairs that are counted, after one that is not." };
        var model = new Option<string>("--model") { DefaultValueFactory = _ => RendersOptions.DemoModel, Description = "The full-precision model's folder." };
        var int8 = new Option<string?>("--int8-model") { Description = "The int8 model's folder. Default: beside the model, such as models/demo-int8." };
        var command = new RootCommand("Whole renders at int8 against full precision.") { rows, rounds, model, int8 };
        RendersOptions? options = null;
        command.SetAction(parsed =>
        {
            string full = Path.GetFullPath(parsed.GetValue(model)!);
            string quantized = Path.GetFullPath(parsed.GetValue(int8) ?? full + "-int8");
            if (!Directory.Exists(quantized))
            {
                Console.Error.WriteLine($"'{quantized}' is no directory. Make it with `farthing quantize`, or name another by --int8-model.");
                return;
            }

            options = new RendersOptions(Math.Max(1, parsed.GetValue(rows)), Math.Max(1, parsed.GetValue(rounds)), full) { Int8Model = quantized };
        });
        command.Parse(arguments).Invoke();
        return options;
    }
}
