using System.CommandLine;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing evaluate</c>. Values are read as text, so that all errors are told at once.</summary>
internal static class EvaluateOptions
{
    public static readonly Argument<string?> Reference = Directory("REFERENCE", "The model whose pictures are the measure, such as models/demo.");
    public static readonly Argument<string?> Candidate = Directory("CANDIDATE", "The model that is judged, such as models/demo-int8.");

    public static readonly Option<string?> Precision = Text("--precision", "A,B", "In place of two directories: two precisions of REFERENCE (default: the demo model), such as fp32,int8, looked for beside it.");
    public static readonly Option<string?> Prompts = Text("--prompts", "FILE", "Held-out prompts: CSV or JSONL with id, prompt, seed, product. Default: samples/evaluation.jsonl.");
    public static readonly Option<string?> Pictures = Text("--pictures", "N", "How many prompts are rendered, from the first on, 2 to 10000. Default: all.");
    public static readonly Option<string?> Steps = Text("--steps", "N", "Denoising steps, 1 to 1000. Default: 25.");
    public static readonly Option<string?> Guidance = Text("--guidance", "X", "Guidance scale, 0 to 50. Default: 5.");
    public static readonly Option<string?> Scheduler = Text("--scheduler", "NAME", $"{string.Join(", ", SchedulerKindNames.All)}. Default: {SchedulerKindNames.All[0]}.");
    public static readonly Option<string?> Width = Text("--width", "PIXELS", "64 to 4096, a multiple of 8. Default: the model's own.");
    public static readonly Option<string?> Height = Text("--height", "PIXELS", "64 to 4096, a multiple of 8. Default: the model's own.");
    public static readonly Option<string?> Seed = Text("--seed", "N", "Seed of the first row that has none; each next one's is one more. Default: 0.");
    public static readonly Option<string?> Batch = Text("--batch", "N", "Pictures denoised and timed together, 1 to 64. Default: 4.");
    public static readonly Option<string?> Threads = Text("--threads", "N", "Threads of a model call, 1 to 256. Default: the number of cores.");
    public static readonly Option<string?> Clip = Text("--clip", "DIR", "CLIP in optimum's ONNX layout. Default: models/demo-clip.");
    public static readonly Option<string?> Features = Text("--features", "FILE", "ONNX network whose features tell how far apart pictures are (LPIPS-like). Default: none.");
    public static readonly Option<string?> Margin = Text("--margin", "X", "Largest drop of CLIP similarity (2.5 times the cosine) that is accepted, 0 to 1. Default: 0.006.");
    public static readonly Option<string?> Sheet = Text("--sheet", "N", "Pairs on the contact sheet, the worst first, 0 to 200. Default: 24.");
    public static readonly Option<string?> Out = Text("--out", "DIR", "Where evaluation.json and contact-sheet.png go. Default: ./out/evaluation.");

    public static readonly Option<bool> InTurn = new("--in-turn")
    {
        Description = "Load the candidate when the reference is done, for models that do not fit into memory together. Their times are not interleaved then.",
    };

    public static IReadOnlyList<Option> All { get; } =
    [
        Precision, Prompts, Pictures, Steps, Guidance, Scheduler, Width, Height, Seed, Batch, Threads, Clip, Features, Margin, Sheet, Out, InTurn,
    ];

    private static Argument<string?> Directory(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
