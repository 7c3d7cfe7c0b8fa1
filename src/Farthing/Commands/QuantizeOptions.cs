using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing quantize</c>. Values are read as text, so that all errors are told at once.</summary>
internal static class QuantizeOptions
{
    public static readonly Argument<string?> Model = new("MODEL")
    {
        Description = "The float model's directory.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string?> Out = Text("--out", "DIR", "The directory that is made. Must not be there yet, unless --force is written.");
    public static readonly Option<string?> To = Text("--to", "int8|fp16", "What the UNet becomes. Default: int8.");
    public static readonly Option<bool> WeightsOnly = new("--weights-only") { Description = "int8 weights and float arithmetic, for small memory; needs no calibration." };
    public static readonly Option<string?> Calibration = Text("--calibration", "FILE", "Prompts that ranges are collected on: JSONL or CSV with id, prompt, seed, negative_prompt.");
    public static readonly Option<string?> Samples = Text("--samples", "N", "How many of the file's prompts, 16 to 100000. Default: 512, or all where there are fewer.");
    public static readonly Option<string?> Steps = Text("--steps", "N", "Denoising steps of each prompt, 2 to 1000; every step is observed. Default: 25.");
    public static readonly Option<string?> Guidance = Text("--guidance", "X", "Guidance scale, 0 to 50. Default: 5.");
    public static readonly Option<string?> Seed = Text("--seed", "N", "Seed of the first prompt that names none; each next one's is one more. Default: 0.");
    public static readonly Option<string?> Method = Text("--method", "minmax|percentile|entropy", "How ranges are chosen from what was seen. Default: percentile.");
    public static readonly Option<string?> Percentile = Text("--percentile", "P", "Percent of the values that are kept, above 50 and up to 100. Default: 99.999.");
    public static readonly Option<string?> Budget = Text("--budget", "X", "Share of the layers' multiply-adds that may stay in float where layers are sensitive, 0 to 1. Default: 0.03.");
    public static readonly Option<string?> Sensitivity = Text("--sensitivity", "output|local", "Error of the UNet's output a layer, measured; or of the layer's own, calculated. Default: output up to 1 GiB, else local.");
    public static readonly Option<string?> SmoothQuant = Text("--smoothquant", "ALPHA", "Move linears' outliers from activations to weights, 0 to 1. Default: off.");
    public static readonly Option<bool> Force = new("--force") { Description = "Replace the output directory, if it was made by this command." };

    public static IReadOnlyList<Option> All { get; } =
    [
        Out, To, WeightsOnly, Calibration, Samples, Steps, Guidance, Seed, Method, Percentile, Budget, Sensitivity, SmoothQuant, Force,
    ];

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
