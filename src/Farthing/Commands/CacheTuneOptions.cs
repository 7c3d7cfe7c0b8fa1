using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing cache tune</c>.</summary>
internal static class CacheTuneOptions
{
    public static readonly Argument<string> Pairs = new("PAIRS")
    {
        Description = """Labelled pairs, one JSON object a line: {"id", "a", "b", "same", "kind"}, such as samples/caption-pairs/dev.jsonl.""",
    };

    public static readonly Option<string?> Model = Text("--model", "DIR", "Sentence embedder: a directory of model-int8.onnx and vocab.txt. Default: models/all-MiniLM-L6-v2.");
    public static readonly Option<string?> Lists = Text("--lists", "FILE", "YAML that adds to what the guard may excuse. Default: the built-in lists alone.");
    public static readonly Option<string?> From = Text("--from", "T", "The lowest threshold, 0 to 1. Default: 0.90.");
    public static readonly Option<string?> To = Text("--to", "T", "The highest threshold, 0 to 1. Default: 0.99.");
    public static readonly Option<string?> Step = Text("--step", "T", "The distance of two thresholds, 0.001 to 1. Default: 0.01.");
    public static readonly Option<string?> MaxFalse = Text("--max-false", "RATE", "The most false hits per different pair that a recommended threshold may have, 0 to 1. Default: 0.001.");
    public static readonly Option<string?> Plot = Text("--plot", "FILE.svg", "Draw the sweep here.");
    public static readonly Option<string?> PricePerRequest = Text("--price-per-request", "USD", "What a request costs, such as 0.000135. Default: by the price book.");
    public static readonly Option<string?> Resource = Text("--resource", "NAME", "The model in the price book. Default: llm/openai/gpt-4o-mini.");
    public static readonly Option<string?> InputTokens = Text("--input-tokens", "N", "Tokens that a request sends. Default: 300.");
    public static readonly Option<string?> OutputTokens = Text("--output-tokens", "N", "Tokens of its answer. Default: 150.");
    public static readonly Option<string?> Prices = Text("--prices", "FILE", "Price book in YAML. Default: the built-in one.");

    public static IReadOnlyList<Option> All { get; } =
        [Model, Lists, From, To, Step, MaxFalse, Plot, PricePerRequest, Resource, InputTokens, OutputTokens, Prices, SharedOptions.Json];

    private static Option<string?> Text(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
