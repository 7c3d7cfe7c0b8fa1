using BenchmarkDotNet.Attributes;
using Farthing.Bench.Renders;
using Farthing.Rendering.Imaging;

namespace Farthing.Bench.Parts;

/// <summary>Finishing a 256×256 background with a product as a 512×512 PNG.</summary>
[Config(typeof(PartConfig))]
public class PictureBenchmarks
{
    private const int Drawn = 256;
    private const double SharpenAmount = 0.6;
    private readonly CutOut _cutOut = CutOutLoader.LoadFile(Path.Combine(RendersOptions.SampleProducts, "red-mug.png"));
    private PlacementPlan _placement = null!;
    private Raster _background = null!;
    private Raster _enlarged = null!;
    private Raster _finished = null!;

    [GlobalSetup]
    public void Setup()
    {
        _placement = new PlacementPlan(_cutOut, Placement.Default, Drawn, Drawn);
        _background = InpaintCanvas.Fill(_placement.Render(Drawn, Drawn).Canvas);
        _enlarged = Enlarge();
        _finished = Composite();
    }

    [Benchmark]
    public Raster Place() => _placement.Render(Drawn, Drawn).Canvas;

    [Benchmark]
    public Raster Enlarge() =>
        PictureEdits.Sharpen(PictureEdits.Resize(_background, RendersOptions.OutputSize, RendersOptions.OutputSize), SharpenAmount);

    [Benchmark]
    public Raster Composite() => Compositor.Composite(
        _enlarged, _placement.Render(RendersOptions.OutputSize, RendersOptions.OutputSize), ContactShadow.Default);

    [Benchmark]
    public byte[] EncodePng() => PictureEncoder.Encode(_finished, new EncodeOptions());
}
