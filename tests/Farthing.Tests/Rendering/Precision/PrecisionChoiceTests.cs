using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Precision;

namespace Farthing.Tests.Rendering.Precision;

public sealed class PrecisionChoiceTests : IDisposable
{
    private readonly PrecisionFolder _folder = new();

    public PrecisionChoiceTests() => _folder.Accept();

    private static IReadOnlyList<PrecisionRule> Rules { get; } =
    [
        new() { Line = 3, MinPixels = 1_000, Use = [new(ModelPrecision.Fp16), new(ModelPrecision.Fp32)] },
        new() { Line = 5, Tags = ["hero"], Use = [PrecisionUse.Full] },
        new() { Line = 7, Tags = ["half"], Use = [new(ModelPrecision.Fp16)] },
        new() { Line = 9, Tags = ["shop"], Use = [new(ModelPrecision.Int8)] },
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_rule_that_fits_decides_and_takes_the_first_precision_that_is_there()
    {
        var choice = Choice(new PrecisionSettings { Rules = Rules });

        Assert.Equal(_folder.FullHash, choice.For(1_000, TagSet.Parse("shop")).Hash);
        Assert.Equal(_folder.FullHash, choice.For(999, TagSet.Parse("hero,shop")).Hash);
        Assert.Equal(_folder.Int8Hash, choice.For(999, TagSet.Parse("shop")).Hash);
        Assert.Equal(_folder.FullHash, choice.For(999, TagSet.None).Hash);
    }

    [Fact]
    public void What_was_asked_for_overrules_the_rules()
    {
        Assert.Equal(_folder.Int8Hash, Choice(new PrecisionSettings { Rules = Rules, Asked = ModelPrecision.Int8 }).For(1_000, TagSet.None).Hash);
        Assert.Equal(_folder.FullHash, Choice(new PrecisionSettings { Rules = Rules, Asked = ModelPrecision.Fp32 }).For(9, TagSet.Parse("shop")).Hash);
    }

    [Fact]
    public void A_precision_that_is_not_there_is_refused_with_how_to_make_it()
    {
        var rule = Assert.Throws<PrecisionException>(() => Choice(new PrecisionSettings { Rules = Rules }).For(9, TagSet.Parse("half")));
        Assert.StartsWith("The precision rule on line 7 (tags half → fp16) asks for fp16, but there is no such model", rule.Message, StringComparison.Ordinal);
        Assert.Contains($"farthing quantize {_folder.Demo} --to fp16 --out {_folder.Demo}-fp16", rule.Message, StringComparison.Ordinal);

        var asked = Assert.Throws<PrecisionException>(() => Choice(new PrecisionSettings { Asked = ModelPrecision.Int8Weights }).For(9, TagSet.None));
        Assert.Contains("--weights-only", asked.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_quantized_directory_itself_may_be_the_model()
    {
        Assert.Equal(_folder.Int8Hash, Choice(new PrecisionSettings(), _folder.Int8).For(9, TagSet.None).Hash);
        Assert.Equal(_folder.FullHash, Choice(new PrecisionSettings { Asked = ModelPrecision.Fp32 }, _folder.Int8).For(9, TagSet.None).Hash);
        Assert.Equal(_folder.FullHash, Choice(new PrecisionSettings { Rules = Rules }, _folder.Int8).For(9, TagSet.Parse("hero")).Hash);
    }

    [Fact]
    public void A_directory_is_named_or_found_by_its_ending_and_must_hold_its_precision()
    {
        string elsewhere = _folder.Quantized("elsewhere", "int8");
        Assert.Equal(elsewhere, Shelf(ModelPrecision.Int8, elsewhere).Find(ModelPrecision.Int8)!.Path);

        Assert.Contains("its UNet is int8", Fault(ModelPrecision.Fp16, elsewhere), StringComparison.Ordinal);
        Assert.Contains("there is no such directory", Fault(ModelPrecision.Int8, elsewhere + "-gone"), StringComparison.Ordinal);
        _folder.Quantized("demo-fp16", "int8");
        Assert.Contains("demo-fp16' should hold the fp16 model", Assert.Throws<PrecisionException>(
            () => new ModelShelf(_folder.Demo, new PrecisionSettings()).Find(ModelPrecision.Fp16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_published_in_half_precision_is_its_own_full_one()
    {
        string published = _folder.Quantized("half", "fp16");
        string quantized = _folder.Quantized("half-int8", "int8");

        var shelf = new ModelShelf(quantized, new PrecisionSettings());

        Assert.Equal(published, shelf.Full!.Path);
        Assert.Null(shelf.Find(ModelPrecision.Fp32));
        Assert.Equal(published, new ModelShelf(published, new PrecisionSettings()).Full!.Path);
    }

    private PrecisionChoice Choice(PrecisionSettings settings, string? model = null)
    {
        settings = settings with { TrustedKeys = [_folder.Key.PublicKey] };
        var shelf = new ModelShelf(model ?? _folder.Demo, settings);
        return new PrecisionChoice(settings, shelf, new AcceptanceGate(settings, shelf));
    }

    private ModelShelf Shelf(ModelPrecision precision, string path) =>
        new(_folder.Demo, new PrecisionSettings { Directories = new Dictionary<ModelPrecision, string> { [precision] = path } });

    private string Fault(ModelPrecision precision, string path) =>
        Assert.Throws<PrecisionException>(() => Shelf(precision, path).Find(precision)).Message;
}
