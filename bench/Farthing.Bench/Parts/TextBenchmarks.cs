using BenchmarkDotNet.Attributes;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Tokenizers;
using Farthing.Rendering.Captions;

namespace Farthing.Bench.Parts;

/// <summary>From a prompt to ids.</summary>
[Config(typeof(PartConfig))]
public class TextBenchmarks
{
    private const string Prompt = "red mug on velvet cloth, a plain studio background, warm candlelight";
    private readonly ITextTokenizer _clip = TokenizerDirectory.Load(Path.Combine(RendersOptions.DemoModel, "tokenizer"));
    private readonly ITextTokenizer _t5 = TokenizerDirectory.Load(Path.Combine(RendersOptions.DemoModel, "tokenizer_3"));
    private readonly TemplateCaptioner _captioner = new();

    [Benchmark]
    public object Clip() => _clip.Encode(Prompt);

    [Benchmark]
    public object T5() => _t5.Encode(Prompt);

    [Benchmark]
    public object Caption() => _captioner.Caption(Prompt);
}
