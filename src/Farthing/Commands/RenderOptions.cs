using System.CommandLine;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing render</c>. Values are read as text, so that all errors are told at once.</summary>
internal static class RenderOptions
{
    public static readonly Argument<string?> Source = new("PROMPT-OR-MANIFEST")
    {
        Description = "A prompt, or a campaign manifest: a CSV or JSONL file.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string?> Model = Text("--model", "DIR", "Model directory in the ONNX layout. Default: models/demo under FARTHING_HOME, beside the program, or here.");
    public static readonly Option<string?> Scheduler = Text("--scheduler", "NAME", $"{string.Join(", ", SchedulerKindNames.All)}. Default: {SchedulerKindNames.All[0]}.");
    public static readonly Option<string?> Steps = Text("--steps", "N", "Denoising steps, 1 to 1000. Default: 25.");
    public static readonly Option<string?> Guidance = Text("--guidance", "X", "Guidance scale, 0 to 50. Default: 5, or 4 with a product.");
    public static readonly Option<string?> Negative = Text("--negative", "TEXT", "What pictures must not show. \"\" is encoded; left out, nothing is.");
    public static readonly Option<string?> Seed = Text("--seed", "N", "Seed of the first row; each next row's is one more. Default: from each row's id.");
    public static readonly Option<string?> Width = Text("--width", "PIXELS", "64 to 4096, a multiple of 8. Default: the model's own.");
    public static readonly Option<string?> Height = Text("--height", "PIXELS", "64 to 4096, a multiple of 8. Default: the model's own.");
    public static readonly Option<string?> Product = Text("--product", "FILE", "Product cut-out with alpha, for a prompt; a manifest names them in its column product.");
    public static readonly Option<string?> Strength = Text("--strength", "X", "Share of the steps that run for a product's background, above 0 and up to 1. Default: 1.");
    public static readonly Option<string?> Precision = Text("--precision", "auto|fp32|fp16|int8", "Precision of every render. auto: the configuration's rules, or the model's own. int8 needs an accepted model. Default: auto.");
    public static readonly Option<string?> Int8Model = Text("--int8-model", "DIR", "The int8 model. Default: beside the model, such as models/demo-int8.");
    public static readonly Option<string?> Config = Text("--config", "FILE", "Configuration in YAML: precision rules, models, trusted keys (docs/precision.md).");
    public static readonly Option<string?> Embeddings = EmbeddingCommandOptions.Place;
    public static readonly Option<string?> EmbeddingStorage = EmbeddingCommandOptions.Storage;
    public static readonly Option<string?> Stems = Text("--stems", "FILE", "Caption stems, one a line: scene texts that say the same are written as the stem, so that their embeddings are found again.");
    public static readonly Option<string?> Batch = Text("--batch", "N", "Pictures denoised together, 1 to 64. Default: 4.");
    public static readonly Option<string?> Lanes = Text("--lanes", "N", "Batches denoised at a time, 1 to 64. Default: one a core for a small model, else one.");
    public static readonly Option<string?> Caption = Text("--caption", "template|off|URL", "Who rewrites prompts; a URL is an OpenAI-compatible service, its key in FARTHING_CAPTION_KEY. Default: template.");
    public static readonly Option<string?> Sharpen = Text("--sharpen", "off|AMOUNT", "Unsharp masking, 0 to 10. Default: 0.6.");
    public static readonly Option<string?> OutputSize = Text("--output-size", "PIXELS", "Longer side of the finished picture, 64 to 8192. Default: as rendered.");
    public static readonly Option<string?> Shadow = Text("--shadow", "on|off", "Contact shadow under a product. Default: on.");
    public static readonly Option<string?> Format = Text("--format", "png|jpeg|webp", "File format of the pictures. Default: png.");
    public static readonly Option<string?> Out = Text("--out", "DIR", "Where the pictures go. Default: ./out.");
    public static readonly Option<string?> Prices = Text("--prices", "FILE", "Price book in YAML. Default: the built-in one.");

    public static readonly Option<bool> ForcePrecision = new("--force-precision")
    {
        Description = "Take a quantized model that no acceptance record vouches for. It is noted with every picture.",
    };

    public static readonly Option<bool> Resume = new("--resume")
    {
        HelpName = "true|false",
        Description = "Go on with an interrupted run and keep what is finished.",
        DefaultValueFactory = static _ => true,
    };

    public static IReadOnlyList<Option> All { get; } =
    [
        Model, Scheduler, Steps, Guidance, Negative, Seed, Width, Height, Product, Strength, Precision, Int8Model, ForcePrecision, Config,
        Embeddings, EmbeddingStorage, Stems, Batch, Lanes, Caption, Sharpen, OutputSize, Shadow, Format, Out, Prices, Resume,
    ];

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
